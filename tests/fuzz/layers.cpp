#include "tests/fuzz/layers.h"

#include <cmath>
#include <cstring>
#include <string_view>

#include "core/parallel.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"

// Random calls of every fused operation: value and gradients equal those of its twin, which is made of elementary
// operations, and have the same bits with other numbers of threads. Inputs that do not fit are refused with an error
// that names the operation, or the twin takes them too.
//
//   fuzz_layers --calls 100000 --seed 7

namespace {

using namespace bertlet;

struct Given {
  Array array;
  bool wanted;  // its gradient
};

std::vector<Given> draw_given(Draw& draw, const LayerCall& call) {
  std::vector<Given> all;
  for (const Shape& shape : call.shapes) {
    Array x(shape);
    normal({.seed = static_cast<std::uint64_t>(draw.below(1 << 20))}, 0, call.deviation, x.data(), x.size());
    all.push_back({x, !draw.one_in(3)});
  }
  return all;
}

// One axis of one input is longer or shorter than it should be, or there is one axis less.
bool spoil(Draw& draw, std::vector<Shape>& shapes) {
  Shape& shape = shapes[to_size(draw.below(std::ssize(shapes)))];
  if (shape.rank() == 0) return false;
  const int axis = static_cast<int>(draw.below(shape.rank()));
  shape =
      draw.one_in(3) ? shape.without(axis) : shape.with(axis, std::max<int64_t>(0, shape[axis] + draw.between(-1, 1)));
  return true;
}

struct Result {
  std::vector<Array> arrays;  // the value, then gradients; none where none was wanted
};

Result evaluate(const Function& f, const std::vector<Given>& given, std::uint64_t seed) {
  std::vector<Tensor> x;
  for (const Given& g : given) x.push_back(g.wanted ? Tensor::parameter(g.array) : Tensor(g.array));
  const Tensor y = f(x) * 1;  // also where the result is an input itself
  Result result{{y.value()}};
  if (!y.wants_grad()) return result;
  backward(y, normal({.seed = seed}, y.shape()));
  for (const Tensor& input : x) result.arrays.push_back(input.grad());
  return result;
}

double largest(const Array& x) {
  double size = 1;
  for (int64_t i = 0; i < x.size(); ++i) size = std::max(size, std::abs(static_cast<double>(x[i])));
  return size;
}

void expect_zeros(const Array& got, std::string_view what) {
  for (int64_t i = 0; got && i < got.size(); ++i)
    if (got[i] != 0) throw Wrong(fmt::format("{}: element {} is {}, want none", what, i, got[i]));
}

void compare(const Array& got, const Array& want, std::string_view what) {
  if (!want) return expect_zeros(got, what);  // the twin had no use for this input
  if (!got || got.shape() != want.shape())
    throw Wrong(fmt::format("{}: got {}, want {}", what, got ? got.shape() : Shape{0}, want.shape()));
  const double allowed = (sizeof(real) == 8 ? 1e-11 : 1e-4) * largest(want);
  for (int64_t i = 0; i < got.size(); ++i)
    if (!(std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i])) <= allowed))
      throw Wrong(fmt::format("{}: element {} is {}, want {}", what, i, got[i], want[i]));
}

void compare(const Result& got, const Result& want) {
  if (got.arrays.size() < want.arrays.size()) throw Wrong("no gradient");
  for (std::size_t i = 0; i < got.arrays.size(); ++i)
    compare(got.arrays[i], i < want.arrays.size() ? want.arrays[i] : Array(),
            i == 0 ? "value" : fmt::format("gradient of input {}", i - 1));
}

void compare_bits(const Result& a, const Result& b, int count) {
  for (std::size_t i = 0; i < a.arrays.size(); ++i)
    if (a.arrays[i] && a.arrays[i].size() > 0 &&
        std::memcmp(a.arrays[i].data(), b.arrays[i].data(), sizeof(real) * to_size(a.arrays[i].size())) != 0)
      throw Wrong(fmt::format("result {} has other bits with {} threads", i, count));
}

// Whether the call was accepted.
bool run(Draw& draw, const LayerCall& call, const std::vector<Given>& given, bool spoiled) {
  const auto seed = static_cast<std::uint64_t>(draw.below(1 << 20));
  Result got;
  try {
    got = evaluate(call.fused, given, seed);
  } catch (const Error& error) {
    const std::string_view text = error.what();
    if (!spoiled) throw Wrong(fmt::format("refused: {}", text));
    if (!text.starts_with(std::string(call.operation) + ":"))
      throw Wrong(fmt::format("an error that names another: {}", text));
    return false;
  }
  try {
    compare(got, evaluate(call.twin, given, seed));
  } catch (const Error& error) {
    throw Wrong(fmt::format("accepted, but the twin says: {}", error.what()));
  }
  if (draw.one_in(20)) {
    const int count = static_cast<int>(draw.between(2, 8));
    set_threads(count);
    const Result again = evaluate(call.fused, given, seed);
    set_threads(1);
    compare_bits(got, again, count);
  }
  return true;
}

}  // namespace

int main(int argument_count, char** arguments) {
  set_threads(1);
  return fuzz(fuzz_options(argument_count, arguments, 20'000), [](Draw& draw, std::string& about) {
    LayerCall call = any_layer(draw);
    const bool spoiled = draw.one_in(10) && spoil(draw, call.shapes);
    about = fmt::format("{} {} {}{}", call.operation, fmt::join(call.shapes, " "), call.options,
                        spoiled ? ", spoiled" : "");
    return run(draw, call, draw_given(draw, call), spoiled);
  });
}
