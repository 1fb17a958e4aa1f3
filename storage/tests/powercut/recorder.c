/*
 * Preloaded into a child process by the power-cut test: writes down, in the order in which the kernel was asked,
 * whatever changes the files below RECORD_FOLDER, every sync of them, and the acknowledgements on standard output.
 *
 * An entry is a header (see struct entry), the path, and the data. The call and its entry are made under one lock,
 * so the order of the entries is the order of the calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { MAKE_FILE = 1, MAKE_FOLDER, WRITE, TRUNCATE, RENAME, REMOVE, SYNC, ACK };

struct entry {
    uint8_t kind;
    uint8_t data_only; /* of a sync: fdatasync, not fsync */
    uint16_t path_length;
    uint32_t data_length;
    uint64_t number; /* offset of a write, length of a truncation */
} __attribute__((packed));

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static char folder[PATH_MAX];
static size_t folder_length;

static ssize_t (*next_write)(int, const void *, size_t);
static ssize_t (*next_writev)(int, const struct iovec *, int);
static ssize_t (*next_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*next_pwritev)(int, const struct iovec *, int, off64_t);
static int (*next_openat)(int, const char *, int, ...);
static int (*next_ftruncate)(int, off64_t);
static int (*next_fallocate)(int, int, off64_t, off64_t);
static int (*next_fsync)(int);
static int (*next_fdatasync)(int);
static int (*next_renameat)(int, const char *, int, const char *);
static int (*next_unlinkat)(int, const char *, int);
static int (*next_mkdirat)(int, const char *, mode_t);

__attribute__((constructor)) static void start(void) {
    next_write = dlsym(RTLD_NEXT, "write");
    next_writev = dlsym(RTLD_NEXT, "writev");
    next_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    next_pwritev = dlsym(RTLD_NEXT, "pwritev64");
    next_openat = dlsym(RTLD_NEXT, "openat");
    next_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    next_fallocate = dlsym(RTLD_NEXT, "fallocate64");
    next_fsync = dlsym(RTLD_NEXT, "fsync");
    next_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    next_renameat = dlsym(RTLD_NEXT, "renameat");
    next_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
    next_mkdirat = dlsym(RTLD_NEXT, "mkdirat");
    const char *below = getenv("RECORD_FOLDER"), *into = getenv("RECORD_TRACE");
    if (!below || !into || !realpath(below, folder)) return;
    folder_length = strlen(folder);
    trace = next_openat(AT_FDCWD, into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
    return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || path[folder_length] == 0);
}

/* The path of an open file, if it is one of ours. */
static int path_of(int fd, char *path) {
    if (trace < 0 || fd == trace) return 0;
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_below(path);
}

/* The absolute path of a name given to a system call, if it is one of ours. */
static int path_at(int at, const char *name, char *path) {
    if (trace < 0) return 0;
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
    } else {
        char link[40], base[PATH_MAX];
        if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length <= 0) return 0;
        base[length] = 0;
        if (length + strlen(name) + 2 > PATH_MAX) abort();
        strcpy(path, base);
        strcat(path, "/");
        strcat(path, name);
    }
    return is_below(path);
}

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        ssize_t done = next_write(trace, at, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) abort();
        at += done;
        length -= done;
    }
}

static void note(enum kind kind, const char *path, uint64_t number, const void *data, size_t length) {
    int before = errno;
    struct entry entry = {
        .kind = kind,
        .data_only = kind == SYNC && number,
        .path_length = strlen(path),
        .data_length = length,
        .number = number,
    };
    put(&entry, sizeof entry);
    put(path, entry.path_length);
    put(data, length);
    errno = before;
}

#define LOCK pthread_mutex_lock(&order)
#define UNLOCK pthread_mutex_unlock(&order)

static int make(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_at(at, name, path)) return next_openat(at, name, flags, mode);
    LOCK;
    struct stat known;
    int there = stat(path, &known) == 0;
    int fd = next_openat(at, name, flags, mode);
    if (fd >= 0 && !there) note(MAKE_FILE, path, 0, "", 0);
    else if (fd >= 0 && (flags & O_TRUNC)) note(TRUNCATE, path, 0, "", 0);
    UNLOCK;
    return fd;
}

#define MODE_ARGUMENT(flags)                        \
    mode_t mode = 0;                                \
    if ((flags) & (O_CREAT | O_TMPFILE)) {          \
        va_list arguments;                          \
        va_start(arguments, flags);                 \
        mode = va_arg(arguments, mode_t);           \
        va_end(arguments);                          \
    }

int open(const char *name, int flags, ...) {
    MODE_ARGUMENT(flags)
    return make(AT_FDCWD, name, flags, mode);
}
int open64(const char *name, int flags, ...) {
    MODE_ARGUMENT(flags)
    return make(AT_FDCWD, name, flags | O_LARGEFILE, mode);
}
int openat(int at, const char *name, int flags, ...) {
    MODE_ARGUMENT(flags)
    return make(at, name, flags, mode);
}
int openat64(int at, const char *name, int flags, ...) {
    MODE_ARGUMENT(flags)
    return make(at, name, flags | O_LARGEFILE, mode);
}

ssize_t write(int fd, const void *data, size_t length) {
    char path[PATH_MAX];
    if (trace >= 0 && fd == 1 && length > 4 && memcmp(data, "ack ", 4) == 0) {
        LOCK;
        note(ACK, "", 0, data, length);
        ssize_t done = next_write(fd, data, length);
        UNLOCK;
        return done;
    }
    if (!path_of(fd, path)) return next_write(fd, data, length);
    LOCK;
    off64_t at = fcntl(fd, F_GETFL) & O_APPEND ? lseek64(fd, 0, SEEK_END) : lseek64(fd, 0, SEEK_CUR);
    ssize_t done = next_write(fd, data, length);
    if (done > 0) note(WRITE, path, at, data, done);
    UNLOCK;
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return next_pwrite(fd, data, length, at);
    LOCK;
    ssize_t done = next_pwrite(fd, data, length, at);
    if (done > 0) note(WRITE, path, at, data, done);
    UNLOCK;
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    return pwrite64(fd, data, length, at);
}

/* Only the first part is written: callers go on with the rest. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    if (count < 1 || !path_of(fd, path)) return next_writev(fd, parts, count);
    return write(fd, parts[0].iov_base, parts[0].iov_len);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    char path[PATH_MAX];
    if (count < 1 || !path_of(fd, path)) return next_pwritev(fd, parts, count, at);
    return pwrite64(fd, parts[0].iov_base, parts[0].iov_len, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    return pwritev64(fd, parts, count, at);
}

int ftruncate64(int fd, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return next_ftruncate(fd, length);
    LOCK;
    int answer = next_ftruncate(fd, length);
    if (answer == 0) note(TRUNCATE, path, length, "", 0);
    UNLOCK;
    return answer;
}
int ftruncate(int fd, off_t length) {
    return ftruncate64(fd, length);
}
/* Not recorded, so not allowed: callers fall back to writing. */
int fallocate64(int fd, int mode, off64_t at, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return next_fallocate(fd, mode, at, length);
    errno = EOPNOTSUPP;
    return -1;
}
int fallocate(int fd, int mode, off_t at, off_t length) {
    return fallocate64(fd, mode, at, length);
}

static int sync_with(int (*next)(int), int fd, int data_only) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return next(fd);
    LOCK;
    int answer = next(fd);
    if (answer == 0) note(SYNC, path, data_only, "", 0);
    UNLOCK;
    return answer;
}
int fsync(int fd) {
    return sync_with(next_fsync, fd, 0);
}
int fdatasync(int fd) {
    return sync_with(next_fdatasync, fd, 1);
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    char before[PATH_MAX], after[PATH_MAX];
    int ours = path_at(from_at, from, before);
    if (!path_at(to_at, to, after) || !ours) return next_renameat(from_at, from, to_at, to);
    LOCK;
    int answer = next_renameat(from_at, from, to_at, to);
    if (answer == 0) note(RENAME, before, 0, after, strlen(after));
    UNLOCK;
    return answer;
}
int rename(const char *from, const char *to) {
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int at, const char *name, int flags) {
    char path[PATH_MAX];
    if (!path_at(at, name, path)) return next_unlinkat(at, name, flags);
    LOCK;
    int answer = next_unlinkat(at, name, flags);
    if (answer == 0) note(REMOVE, path, 0, "", 0);
    UNLOCK;
    return answer;
}
int unlink(const char *name) {
    return unlinkat(AT_FDCWD, name, 0);
}
int rmdir(const char *name) {
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int mkdirat(int at, const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!path_at(at, name, path)) return next_mkdirat(at, name, mode);
    LOCK;
    int answer = next_mkdirat(at, name, mode);
    if (answer == 0) note(MAKE_FOLDER, path, 0, "", 0);
    UNLOCK;
    return answer;
}
int mkdir(const char *name, mode_t mode) {
    return mkdirat(AT_FDCWD, name, mode);
}
