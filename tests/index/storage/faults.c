/* Loaded before libc (LD_PRELOAD): counts what a process does to the files below a folder, and at a step that is named
   has it killed, or has that step and all after it fail, as a full, broken or read-only disk would. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NONE, KILL, FULL, BROKEN, READ_ONLY };
enum { READS = 1, WRITES = 2, MAKES = 4, CHANGES = 8, SYNCS = 16 };

static char folder[PATH_MAX];
static size_t folder_length;
static long strike_at, steps;
static int mode;

void arm(const char *root, long at, int what) {
    snprintf(folder, sizeof folder, "%s", root);
    folder_length = strlen(folder);
    steps = 0;
    strike_at = at;
    mode = what;
}

long count_steps(void) { return steps; }

static int fails(int kind) {
    switch (mode) {
    case FULL: return (kind & (WRITES | MAKES)) ? ENOSPC : 0;
    case BROKEN: return (kind & (READS | WRITES | SYNCS)) ? EIO : 0;
    case READ_ONLY: return (kind & (WRITES | MAKES | CHANGES)) ? EROFS : 0;
    default: return 0;
    }
}

/* The error that this step ends in; 0 for none. `*torn` says that the process dies in the middle of it. */
static int strike(const char *path, int kind, int *torn) {
    if (mode == NONE || !path || strncmp(path, folder, folder_length)) return 0;
    long step = kind == READS ? steps : __sync_add_and_fetch(&steps, 1);
    if (step < strike_at) return 0;
    if (mode != KILL) return fails(kind);
    if (torn) *torn = 1;
    else kill(getpid(), SIGKILL);
    return 0;
}

static int strike_file(int fd, int kind, int *torn) {
    char link[64], path[PATH_MAX];
    if (mode == NONE) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strike(path, kind, torn);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_IF(error) do { int e = (error); if (e) { errno = e; return -1; } } while (0)

#define WRITE(name, declared, whole, half)                                                                            \
    ssize_t name declared {                                                                                           \
        int torn = 0;                                                                                                 \
        FAIL_IF(strike_file(fd, WRITES, &torn));                                                                      \
        if (torn) { if (REAL(name) half < 0) {} kill(getpid(), SIGKILL); }                                            \
        return REAL(name) whole;                                                                                      \
    }
WRITE(write, (int fd, const void *data, size_t size), (fd, data, size), (fd, data, size / 2))
WRITE(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), (fd, data, size / 2, at))
WRITE(pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), (fd, data, size / 2, at))
WRITE(writev, (int fd, const struct iovec *parts, int count), (fd, parts, count), (fd, parts, count / 2))

#define READ(name, declared, given)                                                                                   \
    ssize_t name declared { FAIL_IF(strike_file(fd, READS, NULL)); return REAL(name) given; }
READ(read, (int fd, void *data, size_t size), (fd, data, size))
READ(pread, (int fd, void *data, size_t size, off_t at), (fd, data, size, at))
READ(pread64, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at))

#define SYNC(name) int name(int fd) { FAIL_IF(strike_file(fd, SYNCS, NULL)); return REAL(name)(fd); }
SYNC(fsync)
SYNC(fdatasync)

int ftruncate(int fd, off_t size) { FAIL_IF(strike_file(fd, CHANGES, NULL)); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { FAIL_IF(strike_file(fd, CHANGES, NULL)); return REAL(ftruncate64)(fd, size); }
int unlink(const char *path) { FAIL_IF(strike(path, CHANGES, NULL)); return REAL(unlink)(path); }
int mkdir(const char *path, mode_t rights) { FAIL_IF(strike(path, MAKES, NULL)); return REAL(mkdir)(path, rights); }
int rename(const char *from, const char *to) { FAIL_IF(strike(to, CHANGES, NULL)); return REAL(rename)(from, to); }

static int is_new(const char *path, int flags) { return (flags & O_CREAT) && access(path, F_OK); }
static int kind_of(const char *path, int flags) {
    return is_new(path, flags) ? MAKES : (flags & (O_WRONLY | O_RDWR)) ? CHANGES : 0;
}
#define OPEN(name)                                                                                                    \
    int name(const char *path, int flags, ...) {                                                                      \
        va_list more;                                                                                                 \
        va_start(more, flags);                                                                                        \
        mode_t rights = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;                                   \
        va_end(more);                                                                                                 \
        int kind = mode == NONE ? 0 : kind_of(path, flags);                                                           \
        if (kind) FAIL_IF(strike(path, kind, NULL));                                                                  \
        return REAL(name)(path, flags, rights);                                                                       \
    }
OPEN(open)
OPEN(open64)
