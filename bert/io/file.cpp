#include "bert/io/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/require.h"

namespace bertlet::io {

namespace {

void check(bool done, const std::filesystem::path& path) {
  require(done, "{}: {}", path.string(), std::strerror(errno));
}

// Closed when the scope ends, whatever happens.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags) : path_(path), number_(::open(path.c_str(), flags, 0666)) {
    check(number_ >= 0, path);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }

  std::size_t read(char* to, std::size_t count) const {
    const ssize_t got = ::read(number_, to, count);
    check(got >= 0, path_);
    return static_cast<std::size_t>(got);
  }
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(number_, bytes.data(), bytes.size());
      check(written >= 0, path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() const { check(::fsync(number_) == 0, path_); }

 private:
  const std::filesystem::path path_;
  const int number_;
};

}  // namespace

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

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path beside = path;
  beside += ".partial";
  {
    const Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(bytes);
    file.sync();
  }
  check(::rename(beside.c_str(), path.c_str()) == 0, path);
}

}  // namespace bertlet::io
