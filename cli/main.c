/* lakewarden: finds sensitive data in object stores and isolates it. This file only finds the command. */
#include <stdio.h>
#include <string.h>

#include "cli/cli_priv.h"
#include "cli/job.h"

static const lw_command *const commands[] = {&lw_command_scan, &lw_command_move,    &lw_command_identifiers,
                                             &lw_command_job,  &lw_command_records, &lw_command_version};

static const lw_command lakewarden = {
    .name = "lakewarden",
    .path = "lakewarden",
    .summary = "finds sensitive data in object stores and isolates it",
    .usage = "COMMAND [ARGUMENT...]",
    .about = "Finds sensitive data in CSV objects of S3-compatible stores and folders, reports it in Amazon Macie's "
             "formats, "
             "and moves what is too sensitive to an isolation bucket without ever losing an object.\n"
             "\n"
             "Exit codes: 0 done; 1 findings at or over --fail-on; 2 wrong use or configuration; 3 some objects could "
             "not be read; 4 a move was refused or failed; 5 internal error; 128 + N ended by signal N.",
    .example = "lakewarden scan s3://lake/patients --custom identifiers/custom --events findings.jsonl",
    .children = commands,
    .child_count = sizeof commands / sizeof *commands,
};

int main(int argc, char **argv) {
    lw_process_harden();
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        return lw_command_version.run(&lw_command_version, 0, argv + argc);
    }
    return lw_cli_dispatch(&lakewarden, argc > 0 ? argc - 1 : 0, argv + (argc > 0));
}
