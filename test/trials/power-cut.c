/*
 * Loaded into PostgreSQL by LD_PRELOAD: keeps, of everything that is written and not yet synced,
 * what stood there before. kill -9 leaves the page cache; from this log what a disk without it
 * would hold can be restored (power-cut.ts reads it, which says what the records mean).
 *
 * Not seen: what stdio writes (statistics and caches, which PostgreSQL makes anew), mmap (shared
 * memory), making and removing directories. A file that is synced is taken to be in its directory
 * from then on, as journalling file systems do; other changes of names need the directory synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The function that this file stands before. */
#define REAL(name) ({ \
  static void *found; \
  if (!found) found = dlsym(RTLD_NEXT, #name); \
  (__typeof__(&name))found; })

/* All numbers little-endian, as the machines are that this runs on. */
struct record {
  uint32_t kind, length; /* W T S C U R; bytes that follow */
  uint64_t ino, parent;  /* the file, and the directory of its name */
  uint64_t offset, count, size; /* what is written, and the size before; S: synced up to here */
  uint64_t saved;        /* the link under saved/ that keeps what a name stood for */
};
/* The log's first page; records follow. One written half never counts. */
struct head { uint64_t end, saved; };

static struct head *head;
static int log_fd = -1;
static dev_t device;
static char home[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
  const char *dir = getenv("POWER_CUT_DIR");
  char path[PATH_MAX];
  struct stat at;
  if (!dir || stat(dir, &at)) return;
  snprintf(home, sizeof home, "%s", dir);
  snprintf(path, sizeof path, "%s/log", dir);
  int fd = REAL(open)(path, O_RDWR | O_CREAT, 0666);
  if (fd < 0 || fstat(fd, &at) || (at.st_size < 4096 && REAL(ftruncate)(fd, 4096))) _exit(97);
  log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 900);
  close(fd);
  head = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, log_fd, 0);
  if (log_fd < 0 || head == MAP_FAILED) _exit(97);
  if (head->end == 0) head->end = 4096;
  device = at.st_dev;
}

/* A lock that the kernel frees when its holder is killed. */
static void lock(short type) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
  while (fcntl(log_fd, F_SETLKW, &range) && errno == EINTR) {}
}

static void append(struct record *r, const void *bytes) {
  struct iovec parts[2] = {{r, sizeof *r}, {(void *)bytes, r->length}};
  ssize_t whole = sizeof *r + r->length;
  if (REAL(pwritev)(log_fd, parts, 2, head->end) != whole) _exit(98);
  head->end += whole;
}

static int is_ours(int fd, struct stat *at) {
  return head && fd > 2 && !fstat(fd, at) && S_ISREG(at->st_mode) && at->st_dev == device;
}

/* What stands in a range before it goes; in pieces, so that none is too long for the log. */
static void keep(int fd, const struct stat *at, uint32_t kind, off_t from, size_t count) {
  static char bytes[1 << 20];
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int in = -1;
  for (size_t done = 0; done < count || done == 0;) {
    size_t piece = count - done < sizeof bytes ? count - done : sizeof bytes;
    off_t offset = from + done;
    size_t there = offset < at->st_size ? (size_t)(at->st_size - offset) : 0;
    if (there > piece) there = piece;
    if (there > 0 && in < 0 && (in = REAL(open)(path, O_RDONLY)) < 0) _exit(99);
    if (there > 0 && pread(in, bytes, there, offset) != (ssize_t)there) _exit(99);
    struct record r = {kind, there, at->st_ino, 0, offset, piece, at->st_size, 0};
    append(&r, bytes);
    if ((done += piece) >= count) break;
  }
  if (in >= 0) close(in);
}

#define GUARDED(type, what, call) do { type done; int why; \
  lock(F_WRLCK); what; done = call; why = errno; lock(F_UNLCK); errno = why; return done; \
} while (0)

ssize_t pwrite(int fd, const void *from, size_t count, off_t offset) {
  struct stat at;
  if (!is_ours(fd, &at)) return REAL(pwrite)(fd, from, count, offset);
  GUARDED(ssize_t, (fstat(fd, &at), keep(fd, &at, 'W', offset, count)),
    REAL(pwrite)(fd, from, count, offset));
}

ssize_t pwritev(int fd, const struct iovec *parts, int many, off_t offset) {
  struct stat at;
  size_t count = 0;
  if (!is_ours(fd, &at)) return REAL(pwritev)(fd, parts, many, offset);
  for (int i = 0; i < many; i++) count += parts[i].iov_len;
  GUARDED(ssize_t, (fstat(fd, &at), keep(fd, &at, 'W', offset, count)),
    REAL(pwritev)(fd, parts, many, offset));
}

ssize_t write(int fd, const void *from, size_t count) {
  struct stat at;
  if (!is_ours(fd, &at)) return REAL(write)(fd, from, count);
  int appends = fcntl(fd, F_GETFL) & O_APPEND;
#define PLACE (appends ? at.st_size : lseek(fd, 0, SEEK_CUR))
  GUARDED(ssize_t, (fstat(fd, &at), keep(fd, &at, 'W', PLACE, count)),
    REAL(write)(fd, from, count));
}

static void keep_resized(int fd, struct stat *at, off_t size) {
  fstat(fd, at);
  off_t from = size < at->st_size ? size : at->st_size;
  keep(fd, at, 'T', from, at->st_size - from);
}

int ftruncate(int fd, off_t size) {
  struct stat at;
  if (!is_ours(fd, &at)) return REAL(ftruncate)(fd, size);
  GUARDED(int, keep_resized(fd, &at, size), REAL(ftruncate)(fd, size));
}

int truncate(const char *path, off_t size) {
  int fd = REAL(open)(path, O_RDWR);
  if (fd < 0) return -1;
  int done = ftruncate(fd, size), why = errno;
  close(fd);
  errno = why;
  return done;
}

int posix_fallocate(int fd, off_t offset, off_t count) {
  struct stat at;
  if (!is_ours(fd, &at)) return REAL(posix_fallocate)(fd, offset, count);
  GUARDED(int, (fstat(fd, &at), keep(fd, &at, 'T', at.st_size, 0)),
    REAL(posix_fallocate)(fd, offset, count));
}

/* What was written before the sync began is safe once it ends; what came in between is not. */
static int synced(int fd, int (*sync)(int)) {
  struct stat at;
  if (!head || fstat(fd, &at) || at.st_dev != device) return sync(fd);
  lock(F_WRLCK);
  struct record r = {'S', 0, at.st_ino, 0, head->end, 0, 0, 0};
  lock(F_UNLCK);
  int done = sync(fd), why = errno;
  if (done == 0) {
    lock(F_WRLCK);
    append(&r, "");
    lock(F_UNLCK);
  }
  errno = why;
  return done;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int whole_path(char *to, const char *dir, const char *path) {
  int is_whole = *path == '/';
  return snprintf(to, 2 * PATH_MAX, "%s%s%s", is_whole ? "" : dir, is_whole ? "" : "/", path) + 1;
}

/* A change of names: two paths, and a link to what the change takes away. */
static void named(uint32_t kind, const char *from, const char *to, const struct stat *file,
                  const char *gone) {
  char names[4 * PATH_MAX], dir[PATH_MAX], link_path[PATH_MAX + 40], cwd[PATH_MAX] = "";
  struct stat parent = {0};
  struct record r = {kind, 0, file->st_ino, 0, 0, 0, 0, 0};
  const char *last = to ? to : from;
  const char *slash = strrchr(last, '/');
  snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - last) : 1, slash ? last : ".");
  if (!stat(dir, &parent)) r.parent = parent.st_ino;
  if (gone) {
    snprintf(link_path, sizeof link_path, "%s/saved/%lu", home, (unsigned long)++head->saved);
    if (!link(gone, link_path)) r.saved = head->saved;
  }
  if (!getcwd(cwd, sizeof cwd)) return;
  int used = whole_path(names, cwd, from);
  if (to) used += whole_path(names + used, cwd, to);
  r.length = used;
  append(&r, names);
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  struct stat at;
  if (!head || !(flags & (O_CREAT | O_TRUNC))) return REAL(open)(path, flags, mode);
  lock(F_WRLCK);
  int was = !stat(path, &at), in;
  int is_file = was && S_ISREG(at.st_mode) && at.st_dev == device;
  if (is_file && (flags & O_TRUNC) && (in = REAL(open)(path, O_RDONLY)) >= 0) {
    keep(in, &at, 'T', 0, at.st_size);
    close(in);
  }
  int fd = REAL(open)(path, flags, mode), why = errno;
  if (!was && is_ours(fd, &at)) named('C', path, 0, &at, 0);
  lock(F_UNLCK);
  errno = why;
  return fd;
}

int unlink(const char *path) {
  struct stat at;
  if (!head || lstat(path, &at) || !S_ISREG(at.st_mode) || at.st_dev != device)
    return REAL(unlink)(path);
  GUARDED(int, named('U', path, 0, &at, path), REAL(unlink)(path));
}

int rename(const char *from, const char *to) {
  struct stat at, there;
  if (!head || lstat(from, &at) || at.st_dev != device) return REAL(rename)(from, to);
  GUARDED(int, named('R', from, to, &at, lstat(to, &there) ? 0 : to), REAL(rename)(from, to));
}
