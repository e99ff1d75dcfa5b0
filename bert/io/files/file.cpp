#include "bert/io/files/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

void check(bool done, const std::filesystem::path& path) {
  require(done, "{}: {}", path.empty() ? "''" : path.string(), std::strerror(errno));
}

}  // namespace

Descriptor::Descriptor(std::filesystem::path path, int flags, unsigned mode)
    : path_(std::move(path)), number_(::open(path_.c_str(), flags | O_CLOEXEC, mode)) {
  check(number_ >= 0, path_);
}

Descriptor::Descriptor(std::filesystem::path path, Duplicate of) : path_(std::move(path)), number_(::dup(of.number)) {
  check(number_ >= 0, path_);
}

Descriptor::~Descriptor() { ::close(number_); }

std::size_t Descriptor::size() const {
  struct stat status = {};
  check(::fstat(number_, &status) == 0, path_);
  require(S_ISREG(status.st_mode), "{}: is not a file", path_.string());
  return to_size(status.st_size);
}

std::size_t Descriptor::read(char* to, std::size_t count) const {
  ssize_t got = 0;
  do got = ::read(number_, to, count);
  while (got < 0 && errno == EINTR);
  check(got >= 0, path_);
  return to_size(got);
}

void Descriptor::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(number_, bytes.data(), bytes.size());
    check(written >= 0 || errno == EINTR, path_);
    bytes.remove_prefix(to_size(std::max<ssize_t>(0, written)));
  }
}

void Descriptor::sync() const { check(::fsync(number_) == 0, path_); }

bool Descriptor::lock() const {
  const bool locked = ::flock(number_, LOCK_EX | LOCK_NB) == 0;
  check(locked || errno == EWOULDBLOCK, path_);
  return locked;
}

void Descriptor::wait_for_lock() const {
  while (::flock(number_, LOCK_EX) != 0) check(errno == EINTR, path_);
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  std::string bytes;
  char chunk[1 << 16];
  while (const std::size_t got = file.read(chunk, sizeof chunk)) {
    require(bytes.size() + got <= largest_file, "{}: is larger than {} bytes", path.string(), largest_file);
    bytes.append(chunk, got);
  }
  return bytes;
}

}  // namespace bertlet::io
