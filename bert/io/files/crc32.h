#pragma once
#include <cstdint>
#include <string_view>

namespace bertlet::io {

// The checksum of zip archives, of bytes that come one part after another.
class Crc32 {
 public:
  void add(std::string_view bytes);
  std::uint32_t value() const { return ~sum_; }

 private:
  std::uint32_t sum_ = 0xFFFFFFFFu;
};

}  // namespace bertlet::io
