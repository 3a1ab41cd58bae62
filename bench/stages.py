"""Where the time of a scan goes: the rows that run bench_stages (bench/stages.c), and their table."""
import json
import statistics

import lib

STAGES = [("read", "read"), ("index", "+ index"), ("plan", "+ plan"), ("match", "+ match"), ("tally", "+ tally"),
          ("json", "+ findings' JSON")]


class Stages:
    def __init__(self, data, size, findings):
        """findings: what `lakewarden scan` found for the choice "all"; the stages must find as many."""
        self.data, self.size, self.findings = data, size, findings
        self.reports = {}  # (last stage, choice): what bench_stages said in each round

    def _runner(self, last, choice):
        command = [lib.BUILD + "/bench_stages", last, choice, lib.CUSTOM, self.data]
        reports = self.reports[last, choice] = []

        def once():
            report = json.loads(lib.output_of(command))
            if report["bytes"] != self.size:
                lib.fail(f"{' '.join(command)} read {report['bytes']} of {self.size} bytes")
            if last == "all" and (report["findings"] == 0 or (choice == "all" and report["findings"] != self.findings)):
                lib.fail(f"{' '.join(command)} made {report['findings']} findings; lakewarden, of all, {self.findings}")
            reports.append(report)
            return sum(report[stage] for stage, _ in STAGES) / 1e9
        return once

    def rows(self):
        wanted = [("read", "custom"), ("index", "custom"), *(("all", choice) for choice in lib.CHOICES)]
        return [lib.Row(f"stages {last} {choice}", self._runner(last, choice), self.size) for last, choice in wanted]

    def _seconds(self, choice, count):
        """Median over the rounds of the first count stages together."""
        return statistics.median(sum(report[stage] for stage, _ in STAGES[:count]) / 1e9
                                 for report in self.reports["all", choice])

    def _own(self, choice, stage):
        return statistics.median(report[stage] / 1e9 for report in self.reports["all", choice])

    def figures(self, wc_seconds):
        """By choice and stage: its own seconds, and the rate up to it as share of `wc -l`."""
        return {choice: {stage: {"seconds": round(self._own(choice, stage), 6),
                                 "of_wc": round(wc_seconds / self._seconds(choice, number), 4)}
                         for number, (stage, _) in enumerate(STAGES, 1)}
                for choice in lib.CHOICES}

    def lines(self, result, wc, whole):
        """The section's part on stages. wc: the row of `wc -l`; whole: by choice the row of the scan as a process."""
        wc_seconds = result.seconds(wc)
        titles = ["stage"]
        for choice in lib.CHOICES:
            titles += [f"{choice}: ms", "of `wc -l`"]
        body = []
        for number, (stage, title) in enumerate(STAGES, 1):
            line = [title]
            for choice in lib.CHOICES:
                line += [milliseconds(self._own(choice, stage)), f"{wc_seconds / self._seconds(choice, number):.2f}"]
            body.append(line)
        body.append(self._ends("all stages", lambda choice: self._seconds(choice, len(STAGES)), wc_seconds))
        body.append(self._ends("`lakewarden scan`, 1 thread", lambda choice: result.seconds(whole[choice]), wc_seconds))
        alone = {last: statistics.median(sum(r[s] for s, _ in STAGES) / 1e9 for r in self.reports[last, "custom"])
                 for last in ("read", "index")}
        loads = ", ".join(f"{statistics.median(r['load'] for r in self.reports['all', c]) / 1e6:.1f} ms ({c})"
                          for c in lib.CHOICES)
        return ["Where one thread's time goes (bench/stages.c, same rounds): milliseconds of each stage, and the rate of all "
                f"stages up to it as a share of `wc -l` ({milliseconds(wc_seconds)} ms). Custom: the 3 custom identifiers; "
                "recommended, all: with these managed ones.", "",
                *lib.grid(titles, body), "",
                f"Alone, with nothing after them: reading takes {milliseconds(alone['read'])} ms "
                f"({wc_seconds / alone['read']:.2f} of `wc -l`), reading and index {milliseconds(alone['index'])} ms "
                f"({wc_seconds / alone['index']:.2f}). Loading the identifiers, before: {loads}. The scan as a process has "
                "besides: start and end, listing, hand-over between threads, the table."]

    @staticmethod
    def _ends(title, seconds, wc_seconds):
        line = [title]
        for choice in lib.CHOICES:
            line += [milliseconds(seconds(choice)), f"{wc_seconds / seconds(choice):.2f}"]
        return line


def milliseconds(seconds):
    return f"{1000 * seconds:,.1f}"
