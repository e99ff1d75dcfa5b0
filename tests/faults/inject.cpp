#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>

// Preloaded, this counts the calls by which a program changes what is below FAULT_UNDER, and at call FAULT_AT does what
// FAULT_KIND says:
//   once   the call fails with FAULT_ERRNO
//   stays  so do all later ones, as on a full disk
//   short  half of a write is written, and the next one fails
//   kill   the process is killed before the call
// FAULT_COUNT names a file into which the number of calls goes. FAULT_CLOCK sets all clocks back an hour from that
// reading on.

namespace {

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

const std::string under = setting("FAULT_UNDER"), kind = setting("FAULT_KIND"), count_file = setting("FAULT_COUNT");
const long at = std::atol(setting("FAULT_AT")), clock_at = std::atol(setting("FAULT_CLOCK"));
const int error_number = std::atoi(setting("FAULT_ERRNO"));

struct Counter {
  long calls = 0, readings = 0;
  ~Counter();
} counter;

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

Counter::~Counter() {
  if (count_file.empty()) return;
  const int file = real<int(const char*, int, ...)>("open")(count_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const std::string text = std::to_string(calls);
  static_cast<void>(!real<ssize_t(int, const void*, std::size_t)>("write")(file, text.data(), text.size()));
  ::close(file);
}

bool counts(const char* path) { return !under.empty() && std::strncmp(path, under.c_str(), under.size()) == 0; }
bool counts(int file) {
  char path[4096];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = 0;
  return counts(path);
}

// True: the call is to fail, with errno set.
bool fails() {
  ++counter.calls;
  const bool now = counter.calls == at || (kind == "stays" && at > 0 && counter.calls > at);
  if (!now || kind == "short") return false;
  if (kind == "kill") ::kill(::getpid(), SIGKILL);
  errno = error_number;
  return true;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, std::size_t size) {
  static const auto next = real<ssize_t(int, const void*, std::size_t)>("write");
  if (!counts(file)) return next(file, bytes, size);
  if (fails()) return -1;
  if (kind == "short" && counter.calls == at) return next(file, bytes, size / 2);
  if (kind == "short" && counter.calls == at + 1) return errno = error_number, -1;
  return next(file, bytes, size);
}

int fsync(int file) {
  static const auto next = real<int(int)>("fsync");
  return counts(file) && fails() ? -1 : next(file);
}

int open(const char* path, int flags, ...) {
  static const auto next = real<int(const char*, int, ...)>("open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 && counts(path) && fails() ? -1 : next(path, flags, mode);
}

int rename(const char* from, const char* to) {
  static const auto next = real<int(const char*, const char*)>("rename");
  return counts(to) && fails() ? -1 : next(from, to);
}

int mkdir(const char* path, mode_t mode) {
  static const auto next = real<int(const char*, mode_t)>("mkdir");
  return counts(path) && fails() ? -1 : next(path, mode);
}

int unlink(const char* path) {
  static const auto next = real<int(const char*)>("unlink");
  return counts(path) && fails() ? -1 : next(path);
}

int remove(const char* path) {
  static const auto next = real<int(const char*)>("remove");
  return counts(path) && fails() ? -1 : next(path);
}

int unlinkat(int folder, const char* path, int flags) {
  static const auto next = real<int(int, const char*, int)>("unlinkat");
  return (path[0] == '/' || folder == AT_FDCWD ? counts(path) : counts(folder)) && fails() ? -1
                                                                                           : next(folder, path, flags);
}

int clock_gettime(clockid_t which, timespec* to) {
  static const auto next = real<int(clockid_t, timespec*)>("clock_gettime");
  const int result = next(which, to);
  if (clock_at > 0 && ++counter.readings >= clock_at) to->tv_sec -= 3600;
  return result;
}

}  // extern "C"
