/* replay.c - a main() for a fuzz target: feeds it each file named on the command line, or each in a folder named there.
 * So the corpora run in `make test`, under the sanitizers, without a fuzzer. Prints how many ran. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path) {
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st)) {
        perror(path);
        exit(1);
    }
    uint8_t *data = malloc((size_t)st.st_size + 1);
    size_t n = data ? fread(data, 1, (size_t)st.st_size, f) : 0;
    fclose(f);
    if (!data || n != (size_t)st.st_size) {
        fprintf(stderr, "%s: could not be read\n", path);
        exit(1);
    }
    LLVMFuzzerTestOneInput(data, n);
    free(data);
    return 1;
}

static int replay_folder(const char *path) {
    DIR *dir = opendir(path);
    int n = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char file[4096];
        if (e->d_name[0] != '.') {
            snprintf(file, sizeof file, "%s/%s", path, e->d_name);
            n += replay_file(file);
        }
    }
    if (dir) {
        closedir(dir);
    }
    return n;
}

int main(int argc, char **argv) {
    static const uint8_t nothing[1];
    int n = 1;
    LLVMFuzzerTestOneInput(nothing, 0);
    for (int i = 1; i < argc; i++) {
        struct stat st;
        n += !stat(argv[i], &st) && S_ISDIR(st.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]);
    }
    printf("%d replayed\n", n);
    return 0;
}
