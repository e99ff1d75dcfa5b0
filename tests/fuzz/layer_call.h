#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

#include "core/random.h"
#include "core/tensor.h"
#include "nn/spans.h"
#include "tests/fuzz/draw.h"

// A random call of a fused operation beside its twin, and what such calls draw.
namespace bertlet {

using Inputs = const std::vector<Tensor>&;
using Function = std::function<Tensor(Inputs)>;

struct LayerCall {
  const char* operation;
  std::vector<Shape> shapes;  // of its inputs
  std::string options;
  Function fused, twin;
  real deviation = 1;  // of the inputs
};

// Lengths around those at which kernels and blocks end, mostly small.
inline int64_t draw_length(Draw& draw, int64_t least = 1) {
  if (draw.one_in(8)) return draw.between(15, 70);
  return draw.between(least, 6);
}

inline Spans draw_spans(Draw& draw, int64_t least_count = 0) {
  std::vector<int64_t> lengths;
  for (int64_t count = draw.between(least_count, 4); count > 0; --count) lengths.push_back(draw_length(draw, 0));
  return Spans(lengths);
}

inline std::string text_of(const Spans& spans) {
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < spans.count(); ++i) lengths.push_back(spans.length(i));
  return fmt::format("spans {}", fmt::join(lengths, " "));
}

inline Rng draw_rng(Draw& draw) {
  return {.seed = static_cast<std::uint64_t>(draw.below(1000)), .site = static_cast<std::uint32_t>(draw.below(9))};
}

// 0 and 1, the share of ones being about 1 − 1/n.
inline Array draw_mask(Draw& draw, int64_t size, int64_t n) {
  Array mask({size});
  for (int64_t i = 0; i < size; ++i) mask[i] = draw.one_in(n) ? 0 : 1;
  return mask;
}

inline real draw_rate(Draw& draw) { return draw.one_in(4) ? 0 : static_cast<real>(draw.between(1, 15)) / 16; }

}  // namespace bertlet
