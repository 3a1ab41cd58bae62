/* Runs a fuzz target on given files and folders of files: what a fuzzer once found stays a test, with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, size_t size) {
    FILE *file = fopen(path, "rb");
    /* Memory of the exact size, so that a sanitizer sees a read beyond the input. */
    uint8_t *data = malloc(size == 0 ? 1 : size);
    int result = 1;
    if (file != NULL && data != NULL && fread(data, 1, size, file) == size) {
        LLVMFuzzerTestOneInput(data, size);
        result = 0;
    } else {
        fprintf(stderr, "cannot read '%s'\n", path);
    }
    free(data);
    if (file != NULL) {
        fclose(file);
    }
    return result;
}

static int replay(const char *path, size_t *count) {
    struct stat facts;
    if (stat(path, &facts) != 0) {
        fprintf(stderr, "cannot find '%s'\n", path);
        return 1;
    }
    if (S_ISREG(facts.st_mode)) {
        (*count)++;
        return replay_file(path, (size_t)facts.st_size);
    }
    DIR *folder = S_ISDIR(facts.st_mode) ? opendir(path) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "cannot open '%s'\n", path);
        return 1;
    }
    int result = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char inside[4096];
        int len = snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof(inside)) {
            result |= replay(inside, count);
        }
    }
    closedir(folder);
    return result;
}

int main(int argc, char **argv) {
    size_t count = 0;
    int result = 0;
    for (int i = 1; i < argc; i++) {
        result |= replay(argv[i], &count);
    }
    printf("%zu inputs\n", count);
    return count == 0 ? 2 : result;
}
