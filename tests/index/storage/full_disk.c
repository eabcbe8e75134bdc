/* Loaded before libc (LD_PRELOAD) into a database server: while the file that FULL_DISK names is there, no other file
   can grow, as on a disk that is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_full(int fd, off_t end) {
    struct stat file;
    const char *sign = getenv("FULL_DISK");
    return sign && !access(sign, F_OK) && !fstat(fd, &file) && S_ISREG(file.st_mode) && end > file.st_size;
}

static off_t add_up(const struct iovec *parts, int count) {
    off_t size = 0;
    while (count--) size += parts[count].iov_len;
    return size;
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
#define GROW(kind, name, declared, given, end)                                                                        \
    kind name declared {                                                                                              \
        if (is_full(fd, end)) { errno = ENOSPC; return -1; }                                                          \
        return REAL(name) given;                                                                                      \
    }
GROW(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), at + (off_t)size)
GROW(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), at + (off_t)size)
GROW(ssize_t, pwritev, (int fd, const struct iovec *parts, int n, off_t at), (fd, parts, n, at), at + add_up(parts, n))
GROW(ssize_t, pwritev64, (int fd, const struct iovec *parts, int n, off64_t at), (fd, parts, n, at), at + add_up(parts, n))

int posix_fallocate(int fd, off_t at, off_t size) {
    return is_full(fd, at + size) ? ENOSPC : REAL(posix_fallocate)(fd, at, size);
}
int posix_fallocate64(int fd, off64_t at, off64_t size) {
    return is_full(fd, at + size) ? ENOSPC : REAL(posix_fallocate64)(fd, at, size);
}
