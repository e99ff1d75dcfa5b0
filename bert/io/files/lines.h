#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::io {

std::vector<std::string_view> split_lines(std::string_view bytes);  // at LF

// Reads lines, which end at LF alone, in blocks of whole lines: memory is that of a block, or of the longest line.
class LineBlocks {
 public:
  explicit LineBlocks(const std::string& path);  // "-": standard input
  LineBlocks(const LineBlocks&) = delete;
  LineBlocks& operator=(const LineBlocks&) = delete;
  ~LineBlocks();

  // The next lines, which stay until the next call; none: the end. It does not wait for more than one line.
  const std::vector<std::string_view>& next();

 private:
  bool read();

  std::string name_;
  int file_;
  std::string bytes_;      // begins with the block
  std::size_t block_ = 0;  // its size
  bool at_end_ = false;
  std::vector<std::string_view> lines_;
};

}  // namespace bertlet::io
