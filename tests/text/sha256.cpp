#include "tests/text/sha256.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace {

using State = std::array<std::uint32_t, 8>;
constexpr std::size_t block_size = 64;

// The first 32 bits behind the point of a root of the n-th prime, as FIPS 180-4 defines its constants.
template <std::size_t N, class Root>
std::array<std::uint32_t, N> root_bits(const Root& root) {
  std::array<std::uint32_t, N> bits;
  std::uint32_t prime = 1;
  for (std::uint32_t& word : bits) {
    const auto is_prime = [](std::uint32_t n) {
      for (std::uint32_t i = 2; i * i <= n; ++i)
        if (n % i == 0) return false;
      return true;
    };
    while (!is_prime(++prime)) continue;
    const long double value = root(static_cast<long double>(prime));
    word = static_cast<std::uint32_t>(std::ldexp(value - std::floor(value), 32));
  }
  return bits;
}

std::uint32_t big_endian(std::string_view block, std::size_t word) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(block[4 * word + i]);
  return value;
}

std::uint32_t mixed(std::uint32_t x, int a, int b, int c) {
  return std::rotr(x, a) ^ std::rotr(x, b) ^ std::rotr(x, c);
}

void take_block(State& state, std::string_view block) {
  static const auto constants = root_bits<64>([](long double x) { return std::cbrt(x); });
  std::array<std::uint32_t, 64> w;
  for (std::size_t i = 0; i < 16; ++i) w[i] = big_endian(block, i);
  for (std::size_t i = 16; i < 64; ++i)
    w[i] = w[i - 16] + (std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
           (std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t x = h + mixed(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    const std::uint32_t y = mixed(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + x, d = c, c = b, b = a, a = x + y;
  }
  const State added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

// A one, zeros, and the length in bits at the end of a block.
std::string padded(std::string_view bytes) {
  std::string text(bytes);
  text += '\x80';
  while (text.size() % block_size != block_size - 8) text += '\0';
  const auto bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
  return text;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  State state = root_bits<8>([](long double x) { return std::sqrt(x); });
  const std::string text = padded(bytes);
  for (std::size_t at = 0; at < text.size(); at += block_size)
    take_block(state, std::string_view(text).substr(at, block_size));
  std::string digits;
  for (const std::uint32_t word : state) digits += fmt::format("{:08x}", word);
  return digits;
}
