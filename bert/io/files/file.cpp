#include "bert/io/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

void check(bool done, const std::filesystem::path& path) {
  require(done, "{}: {}", path.string(), std::strerror(errno));
}

}  // namespace

Descriptor::Descriptor(std::filesystem::path path, int flags)
    : path_(std::move(path)), number_(::open(path_.c_str(), flags, 0666)) {
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
  const ssize_t got = ::read(number_, to, count);
  check(got >= 0, path_);
  return to_size(got);
}

void Descriptor::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(number_, bytes.data(), bytes.size());
    check(written >= 0, path_);
    bytes.remove_prefix(to_size(written));
  }
}

void Descriptor::sync() const { check(::fsync(number_) == 0, path_); }

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

FileWriter::FileWriter(std::filesystem::path path)
    : path_(std::move(path)),
      beside_(std::filesystem::path(path_) += ".partial"),
      file_(beside_, O_WRONLY | O_CREAT | O_TRUNC) {}

FileWriter::~FileWriter() {
  if (!committed_) ::unlink(beside_.c_str());
}

void FileWriter::commit() {
  file_.sync();
  check(::rename(beside_.c_str(), path_.c_str()) == 0, path_);
  committed_ = true;
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace bertlet::io
