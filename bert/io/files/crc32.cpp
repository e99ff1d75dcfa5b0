#include "bert/io/files/crc32.h"

#include <array>
#include <cstring>

namespace bertlet::io {

namespace {

constexpr std::size_t at_once = 8;
using Table = std::array<std::array<std::uint32_t, 256>, at_once>;

// Of a byte, with 0 to 7 zeros behind it; bits are reflected.
constexpr Table table = [] {
  Table to{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    to[0][i] = i;
    for (int bit = 0; bit < 8; ++bit) to[0][i] = (to[0][i] & 1) != 0 ? 0xEDB88320u ^ to[0][i] >> 1 : to[0][i] >> 1;
  }
  for (std::size_t zeros = 1; zeros < at_once; ++zeros)
    for (std::size_t i = 0; i < 256; ++i) to[zeros][i] = to[0][to[zeros - 1][i] & 0xFF] ^ to[zeros - 1][i] >> 8;
  return to;
}();

// Eight bytes at once, as Intel's "slicing by 8" does: sums of bytes with zeros behind them are added up.
std::uint32_t eight_added(std::uint32_t sum, const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  word ^= sum;
  std::uint32_t to = 0;
  for (std::size_t i = 0; i < at_once; ++i) to ^= table[at_once - 1 - i][word >> (8 * i) & 0xFF];
  return to;
}

}  // namespace

void Crc32::add(std::string_view bytes) {
  for (; bytes.size() >= at_once; bytes.remove_prefix(at_once)) sum_ = eight_added(sum_, bytes.data());
  for (const char byte : bytes) sum_ = table[0][(sum_ ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ sum_ >> 8;
}

}  // namespace bertlet::io
