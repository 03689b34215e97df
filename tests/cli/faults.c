/* What a disk does to one file, ordered from outside while a program runs (LD_PRELOAD).
 *
 * FAULT_ORDERS names a file that is mapped: an errno (0: none), what fails (1: writes, 2: reads,
 * too), and a text that stands in the paths that are concerned.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct orders {
    int number;
    int reach;
    char path[248];
};

static volatile struct orders *ordered(void) {
    static volatile struct orders *there;
    if (!there) {
        const char *name = getenv("FAULT_ORDERS");
        int fd = name ? (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC) : -1;
        void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 256, PROT_READ, MAP_SHARED, fd, 0);
        if (map == MAP_FAILED)
            return NULL;
        there = map;
    }
    return there;
}

static int named(const char *path, int reach) {
    volatile struct orders *o = ordered();
    if (!o || !o->number || o->reach < reach || !strstr(path, (const char *)o->path))
        return 0;
    return o->number;
}

static int concerned(int fd, int reach) {
    char link[32], path[4096];
    volatile struct orders *o = ordered();
    if (!o || !o->number)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = 0;
    return named(path, reach);
}

#define FAILS(fd, reach)                                                                           \
    do {                                                                                           \
        int number = concerned(fd, reach);                                                         \
        if (number) {                                                                              \
            errno = number;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
    } while (0)
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *octets, size_t count, off64_t at) {
    FAILS(fd, 1);
    return REAL(pwrite64)(fd, octets, count, at);
}

ssize_t write(int fd, const void *octets, size_t count) {
    FAILS(fd, 1);
    return REAL(write)(fd, octets, count);
}

int ftruncate64(int fd, off64_t length) {
    FAILS(fd, 1);
    return REAL(ftruncate64)(fd, length);
}

int fdatasync(int fd) {
    FAILS(fd, 1);
    return REAL(fdatasync)(fd);
}

int fsync(int fd) {
    FAILS(fd, 1);
    return REAL(fsync)(fd);
}

ssize_t pread64(int fd, void *octets, size_t count, off64_t at) {
    FAILS(fd, 2);
    return REAL(pread64)(fd, octets, count, at);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    int number = named(path, 1);
    if (number == EROFS && (flags & O_ACCMODE) != O_RDONLY) {
        errno = number;
        return -1;
    }
    return REAL(open64)(path, flags, mode);
}
