#include "bert/view/attention/packing.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/real.h"

namespace bertlet::view {

namespace {

std::string base64(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string to;
  to.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = i; j < i + 3; ++j) three = three << 8 | (j < bytes.size() ? bytes[j] : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) to += digits[three >> shift & 63];
  }
  std::fill_n(to.rbegin(), (3 - bytes.size() % 3) % 3, '=');
  return to;
}

// A range coder (Martin 1979): what a bit costs is −log₂ of its probability, which follows the bits seen. It computes
// in 24 bits, which a script's engine takes for small integers; with 32 it reads seven times as slowly.
class RangeCoder {
 public:
  static constexpr std::uint16_t even = 2048;  // of 4096

  void add(bool bit, std::uint16_t& zero) {
    const std::uint32_t bound = (range_ >> 12) * zero;
    if (bit) {
      low_ += bound;
      range_ -= bound;
      zero = static_cast<std::uint16_t>(zero - (zero >> 4));
    } else {
      range_ = bound;
      zero = static_cast<std::uint16_t>(zero + ((4096 - zero) >> 4));
    }
    for (; range_ < 1u << 16; range_ <<= 8) shift();
  }

  Codes end() {
    for (int i = 0; i < 4; ++i) shift();
    return std::move(bytes_);
  }

 private:
  // The top byte of `low_` goes out once no carry can reach it; until then it waits, with 255s behind it.
  void shift() {
    const auto carry = static_cast<std::uint8_t>(low_ >> 24);
    if (carry != 0 || low_ < 0xFF0000u) {
      if (any_) bytes_.push_back(static_cast<std::uint8_t>(waiting_ + carry));
      for (; full_ > 0; --full_) bytes_.push_back(static_cast<std::uint8_t>(0xFF + carry));
      waiting_ = static_cast<std::uint8_t>(low_ >> 16);
      any_ = true;
    } else {
      ++full_;
    }
    low_ = (low_ & 0xFFFFu) << 8;
  }

  std::uint32_t low_ = 0, range_ = 0xFFFFFFu;
  std::uint8_t waiting_ = 0;
  bool any_ = false;
  int64_t full_ = 0;
  Codes bytes_;
};

}  // namespace

Codes codes_of(std::span<const real> x, double largest) {
  Codes codes(x.size(), 0);
  for (std::size_t i = 0; i < x.size() && largest > 0; ++i)
    codes[i] = static_cast<std::uint8_t>(std::lround(255 * std::sqrt(std::clamp(x[i] / largest, 0.0, 1.0))));
  return codes;
}

Codes signed_codes_of(std::span<const real> x, double largest) {
  Codes codes(x.size(), 128);
  for (std::size_t i = 0; i < x.size() && largest > 0; ++i) {
    const long size = std::lround(127 * std::sqrt(std::min(1.0, std::abs(x[i]) / largest)));
    codes[i] = static_cast<std::uint8_t>(x[i] < 0 ? 128 - size : 128 + size);
  }
  return codes;
}

std::string packed(std::span<const std::uint8_t> codes, int64_t columns) {
  constexpr std::size_t tree = 256, kinds = 9;  // of what stands above: its number of bits
  std::vector<std::uint16_t> zeros(kinds * tree, RangeCoder::even);
  RangeCoder coder;
  const auto row = to_size(columns);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::size_t above = i < row ? 0 : to_size(std::bit_width(codes[i - row]));
    std::size_t node = 1;  // of a tree with a bit at each branch
    for (int bit = 7; bit >= 0; --bit) {
      const bool is_set = (codes[i] >> bit & 1) != 0;
      coder.add(is_set, zeros[above * tree + node]);
      node = node * 2 + is_set;
    }
  }
  return base64(coder.end());
}

}  // namespace bertlet::view
