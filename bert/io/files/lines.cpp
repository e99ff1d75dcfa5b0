#include "bert/io/files/lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 20;

}  // namespace

std::vector<std::string_view> split_lines(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.size(), bytes.find('\n'));
    lines.push_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(bytes.size(), end + 1));
  }
  return lines;
}

LineBlocks::LineBlocks(const std::string& path, std::size_t longest_line)
    : name_(path == "-" ? "stdin" : path),
      longest_line_(longest_line),
      file_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  require(file_ >= 0, "{}: {}", name_.empty() ? "''" : name_, std::strerror(errno));
}

LineBlocks::~LineBlocks() {
  if (file_ != STDIN_FILENO) ::close(file_);
}

// Adds a chunk at the end; false: there is no more.
bool LineBlocks::read() {
  const std::size_t size = bytes_.size();
  require(size <= longest_line_, "{}: a line is longer than {} bytes: are line ends missing?", name_, longest_line_);
  bytes_.resize(size + chunk);
  ssize_t got = 0;
  do got = ::read(file_, bytes_.data() + size, chunk);
  while (got < 0 && errno == EINTR);
  require(got >= 0, "{}: {}", name_, std::strerror(errno));
  bytes_.resize(size + to_size(got));
  return got > 0;
}

const std::vector<std::string_view>& LineBlocks::next() {
  bytes_.erase(0, block_);
  std::size_t last = std::string::npos;
  for (std::size_t seen = 0; !at_end_ && last == std::string::npos; seen = bytes_.size()) {
    at_end_ = !read();
    const std::size_t found = std::string_view(bytes_).substr(seen).rfind('\n');
    if (found != std::string::npos) last = seen + found;
  }
  block_ = at_end_ ? bytes_.size() : last + 1;
  return lines_ = split_lines(std::string_view(bytes_).substr(0, block_));
}

}  // namespace bertlet::io
