#include "bert/data/random.h"

#include <bit>
#include <numeric>
#include <unordered_set>

#include "core/philox.h"
#include "core/require.h"

namespace bertlet::data {

std::uint32_t PhiloxWords::operator()() {
  if (used_ == words_.size()) {
    const Quad quad =
        philox({static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32), 0, 2}, key_);
    words_ = {quad.a, quad.b, quad.c, quad.d};
    ++block_;
    used_ = 0;
  }
  return words_[used_++];
}

namespace {

// The first state that Python makes of a number: MT19937's init_by_array (Matsumoto and Nishimura 2002), whose key is
// the number's 32-bit digits, the low one first. std::mt19937 asks what is called a seed sequence for it.
struct PythonSeed {
  using result_type = std::uint32_t;

  std::uint64_t seed;

  void generate(std::uint32_t* state, const std::uint32_t* end) const {
    const auto size = static_cast<std::uint32_t>(end - state);
    const std::uint32_t key[] = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    const std::uint32_t digits = key[1] == 0 ? 1 : 2;
    const auto before = [&](std::uint32_t i) { return state[i - 1] ^ (state[i - 1] >> 30); };
    state[0] = 19650218;
    for (std::uint32_t i = 1; i < size; ++i) state[i] = 1812433253 * before(i) + i;
    std::uint32_t i = 1;
    const auto mix = [&](std::uint32_t factor, std::uint32_t plus) {
      state[i] = (state[i] ^ (before(i) * factor)) + plus;
      if (++i < size) return;
      state[0] = state[size - 1];
      i = 1;
    };
    for (std::uint32_t k = 0; k < size; ++k) mix(1664525, key[k % digits] + k % digits);
    for (std::uint32_t k = 1; k < size; ++k) mix(1566083941, 0 - i);
    state[0] = 0x80000000;
  }
};

}  // namespace

Random Random::python(std::uint64_t seed) {
  PythonSeed sequence{seed};
  Random random(Rng{});
  random.words_ = std::mt19937(sequence);
  return random;
}

std::uint32_t Random::word() {
  return std::visit([](auto& words) { return static_cast<std::uint32_t>(words()); }, words_);
}

// 53 bits, the high ones of two words.
double Random::uniform() {
  const std::uint32_t high = word() >> 5, low = word() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

// The low word is drawn first; of the last one the high bits are taken.
std::uint64_t Random::bits(int count) {
  if (count <= 32) return word() >> (32 - count);
  const std::uint64_t low = word();
  return low | std::uint64_t{word() >> (64 - count)} << 32;
}

int64_t Random::below(int64_t n) {
  require(n > 0, "random: got a draw below {}, want at least 1", n);
  const auto limit = static_cast<std::uint64_t>(n);
  const auto width = static_cast<int>(std::bit_width(limit));
  std::uint64_t x = bits(width);
  while (x >= limit) x = bits(width);
  return static_cast<int64_t>(x);
}

namespace {

// Whether CPython draws from a shrinking list; otherwise it remembers what it drew, which takes less for large n.
bool draws_from_list(int64_t n, int64_t count) {
  int64_t set = 21;
  if (count > 5) {
    int64_t power = 1;
    while (power < 3 * count) power *= 4;
    set += power;
  }
  return n <= set;
}

}  // namespace

std::vector<int64_t> Random::sample(int64_t n, int64_t count) {
  require(0 <= count && count <= n, "random: got a sample of {} from {}, want at most as many as there are", count, n);
  std::vector<int64_t> drawn;
  if (draws_from_list(n, count)) {
    std::vector<int64_t> left(to_size(n));
    std::iota(left.begin(), left.end(), 0);
    while (std::ssize(drawn) < count) {
      int64_t& place = left[index(left.size())];
      drawn.push_back(std::exchange(place, left.back()));
      left.pop_back();
    }
    return drawn;
  }
  std::unordered_set<int64_t> seen;
  while (std::ssize(drawn) < count)
    if (const int64_t x = below(n); seen.insert(x).second) drawn.push_back(x);
  return drawn;
}

}  // namespace bertlet::data
