#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::io {

std::vector<std::string_view> split_lines(std::string_view bytes);  // at LF

// Reads lines, which end at LF alone, in blocks of whole lines: memory is that of a block, or of the longest line.
class LineBlocks {
 public:
  static constexpr std::size_t longest_text = std::size_t{1} << 24, longest_corpus = std::size_t{1} << 30;

  // "-": standard input. A longer line is an error.
  explicit LineBlocks(const std::string& path, std::size_t longest_line = longest_text);
  LineBlocks(const LineBlocks&) = delete;
  LineBlocks& operator=(const LineBlocks&) = delete;
  ~LineBlocks();

  // The next lines, which stay until the next call; none: the end. It does not wait for more than one line.
  const std::vector<std::string_view>& next();

 private:
  bool read();

  std::string name_;
  std::size_t longest_line_;
  int file_;
  std::string bytes_;      // begins with the block
  std::size_t block_ = 0;  // its size
  bool at_end_ = false;
  std::vector<std::string_view> lines_;
};

}  // namespace bertlet::io
