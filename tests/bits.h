#pragma once
#include <cstring>

#include "core/check/case.h"
#include "core/parallel.h"
#include "core/random.h"
#include "tests/catch.h"

// The same input gives the same bits with any number of threads.
namespace bertlet {

#ifdef __has_feature  // Clang
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BERTLET_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(BERTLET_SANITIZED)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

struct Threads {  // this many until the end of the scope
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(0); }
};

inline bool same_bits(const Array& a, const Array& b) {
  if (a.shape() != b.shape()) return false;
  return a.size() == 0 || std::memcmp(a.data(), b.data(), to_size(a.size()) * sizeof(real)) == 0;
}

// The value and all gradients, for a random cotangent.
inline std::vector<Array> results(const TensorFunction& f, const std::vector<Array>& inputs, int threads) {
  const Threads scope(threads);
  std::vector<Tensor> x;
  for (const Array& input : inputs) x.push_back(Tensor::parameter(input));
  const Tensor y = f(x);
  std::vector<Array> all{y.value()};
  backward(y, normal(Rng{.seed = 5}, y.shape()));
  for (const Tensor& input : x) all.push_back(input.grad());
  return all;
}

// Inputs for the comparison: large ones, so that there is something to share out. Sanitizers, under which everything
// takes thirty times as long, get a quarter of the benchmarks' 1024 rows.
inline std::vector<Array> bits_inputs(const Case& c) {
  std::vector<Shape> shapes = c.large.empty() ? c.shapes : c.large;
  for (Shape& shape : shapes)
    if (sanitized && shape.rank() > 0 && shape[0] == 1024) shape = shape.with(0, 256);
  return c.draw(shapes);
}

inline void check_bits(const TensorFunction& f, const std::vector<Array>& inputs) {
  const std::vector<Array> alone = results(f, inputs, 1);
  for (const int threads : {2, 3, 8}) {
    const std::vector<Array> together = results(f, inputs, threads);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      INFO(threads << " threads, result " << i << ": the value, then the gradients");
      CHECK(same_bits(alone[i], together[i]));
    }
  }
}

}  // namespace bertlet
