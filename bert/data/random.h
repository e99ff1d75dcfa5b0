#pragma once
#include <random>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "core/random.h"

namespace bertlet::data {

// The words of a stream of core/random.h, one after another.
class PhiloxWords {
 public:
  explicit PhiloxWords(const Rng& rng) : key_(stream_key(rng)) {}
  std::uint32_t operator()();

 private:
  std::uint64_t key_, block_ = 0;
  std::array<std::uint32_t, 4> words_;
  std::size_t used_ = 4;
};

// Draws one number after another. What becomes of a generator's words is what CPython makes of them, so that with
// Python's generator the draws are those of its module `random`.
//
//   Random random = Random::python(12345);  // random.seed(12345)
//   random.between(1, 6);                   // random.randint(1, 6)
class Random {
 public:
  explicit Random(const Rng& rng) : words_(PhiloxWords(rng)) {}
  static Random python(std::uint64_t seed);

  double uniform();                                                                   // random(): 0 <= x < 1
  int64_t below(int64_t n);                                                           // randrange(n): 0 <= x < n
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }  // randint(low, high)
  bool chance(double rate) { return uniform() < rate; }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[index(i)]);
  }
  template <class T>
  const T& choice(const std::vector<T>& items) {
    return items[index(items.size())];
  }
  std::vector<int64_t> sample(int64_t n, int64_t count);  // sample(range(n), count): none of them twice

 private:
  std::uint32_t word();
  std::uint64_t bits(int count);
  std::size_t index(std::size_t n) { return to_size(below(static_cast<int64_t>(n))); }

  std::variant<PhiloxWords, std::mt19937> words_;
};

}  // namespace bertlet::data
