#include "bert/data/mersenne.h"

#include <algorithm>

namespace bertlet::data {

// The generator's init_by_array with the key that Python makes of an integer: its 32-bit digits, the low one first.
Mersenne::Mersenne(std::uint64_t seed) {
  const std::uint32_t key[] = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  const std::uint32_t digits = key[1] == 0 ? 1 : 2;
  start(19650218);
  std::uint32_t i = 1;
  const auto mix = [&](std::uint32_t factor, std::uint32_t plus) {
    const std::uint32_t before = state_[i - 1];
    state_[i] = (state_[i] ^ ((before ^ (before >> 30)) * factor)) + plus;
    if (++i < size) return;
    state_[0] = state_[size - 1];
    i = 1;
  };
  for (std::uint32_t k = 0; k < size; ++k) mix(1664525, key[k % digits] + k % digits);
  for (std::uint32_t k = 1; k < size; ++k) mix(1566083941, 0 - i);
  state_[0] = 0x80000000;
}

void Mersenne::start(std::uint32_t seed) {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < size; ++i) state_[i] = 1812433253 * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void Mersenne::twist() {
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint32_t x = (state_[i] & 0x80000000) | (state_[(i + 1) % size] & 0x7FFFFFFF);
    state_[i] = state_[(i + middle) % size] ^ (x >> 1) ^ (x % 2 == 0 ? 0 : 0x9908B0DF);
  }
  used_ = 0;
}

std::uint32_t Mersenne::next() {
  if (used_ == size) twist();
  std::uint32_t x = state_[used_++];
  x ^= x >> 11;
  x ^= (x << 7) & 0x9D2C5680;
  x ^= (x << 15) & 0xEFC60000;
  return x ^ (x >> 18);
}

}  // namespace bertlet::data
