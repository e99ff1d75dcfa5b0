#include <fmt/core.h>

#include <map>
#include <numeric>
#include <optional>
#include <string_view>

#include "core/autograd.h"
#include "core/graph.h"
#include "core/require.h"
#include "tests/fuzz/calls.h"
#include "tests/fuzz/fuzz.h"

// Random calls of every operation: each gives the right result or an error that names the operation, whatever the
// shapes, axes and ids are.
//
//   fuzz_ops --calls 1000000 --seed 7

namespace {

using namespace bertlet;

// Some operations are made of others, which then speak for them; shapes and handles speak for themselves.
bool names_its_operation(std::string_view text, std::string_view operation) {
  static const std::map<std::string_view, std::string_view> made_of = {
      {"masked", "where"}, {"transpose", "permute"}, {"max", "reshape"}};
  const auto begins_with = [&](std::string_view name) {
    return text.starts_with(name) && text.substr(name.size(), 1) == ":";
  };
  const auto other = made_of.find(operation);
  return begins_with(operation) || begins_with("Shape") || begins_with("Tensor") ||
         (other != made_of.end() && begins_with(other->second));
}

struct Inputs {
  std::vector<Tensor> tensors;
  std::vector<plain::Numbers> numbers;
  bool complete = true;  // no handle on nothing among them
};

Inputs draw_inputs(Draw& draw, const std::vector<Shape>& shapes) {
  Inputs inputs;
  for (const Shape& shape : shapes) {
    const std::vector<float> values = draw.values(shape.count());
    const Array array = shape == Shape{0} && draw.one_in(2) ? Array() : Array::of(shape, values);
    inputs.tensors.push_back(draw.one_in(2) ? Tensor::parameter(array) : Tensor(array));
    inputs.numbers.push_back({shape, {values.begin(), values.end()}});
    if (draw.one_in(100)) {
      inputs.tensors.back() = Tensor();
      inputs.complete = false;
    }
  }
  return inputs;
}

// The numbers are small: a float result is right to a few units in the last place of the largest of them.
bool close(double got, double want) {
  if (std::isnan(want) || std::isinf(want)) return std::isnan(want) ? std::isnan(got) : got == want;
  return std::abs(got - want) <= 1e-5 * (1 + std::abs(want));
}

void compare(const Tensor& got, const plain::Numbers& want) {
  if (got.shape() != want.shape) throw Wrong(fmt::format("got shape {}, want {}", got.shape(), want.shape));
  for (int64_t i = 0; i < got.value().size(); ++i)
    if (!close(got.value()[i], want.values[to_size(i)]))
      throw Wrong(fmt::format("element {} is {}, want {}", i, got.value()[i], want.values[to_size(i)]));
}

template <class F>
void expect_error(const F& f, std::string_view beginning) {
  try {
    f();
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(beginning)) return;
    throw Wrong(fmt::format("refused with \"{}\", want \"{}…\"", error.what(), beginning));
  }
  throw Wrong(fmt::format("accepted, want \"{}…\"", beginning));
}

double dot(const plain::Numbers& a, const plain::Numbers& b) {
  return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0);
}

plain::Numbers numbers_of(const Array& array) {
  const std::vector<real> values = array.values();
  return {array.shape(), {values.begin(), values.end()}};
}

// Along a random direction, dy · f rises as fast as the gradients say.
void check_slope(Draw& draw, const Call& call, const Inputs& inputs, const Array& dy) {
  constexpr double step = 1e-3;
  std::vector<plain::Numbers> ahead = inputs.numbers, behind = inputs.numbers;
  double slope = 0, size = 1;
  for (std::size_t i = 0; i < inputs.tensors.size(); ++i) {
    const Tensor& input = inputs.tensors[i];
    if (!input.wants_grad()) continue;
    const plain::Numbers gradient = numbers_of(input.grad());
    for (std::size_t k = 0; k < gradient.values.size(); ++k) {
      const double along = static_cast<double>(draw.between(-4, 4)) / 4;
      ahead[i].values[k] += step * along;
      behind[i].values[k] -= step * along;
      slope += gradient.values[k] * along;
      size += std::abs(gradient.values[k]);
    }
  }
  const plain::Numbers from = numbers_of(dy);
  const double rise = (dot(from, call.want(ahead)) - dot(from, call.want(behind))) / (2 * step);
  if (!(std::abs(slope - rise) <= 1e-4 * size))
    throw Wrong(fmt::format("the gradients say a slope of {}, differences {}", slope, rise));
}

void go_back(Draw& draw, const Call& call, const Tensor& y, const Inputs& inputs) {
  const Array dy = Array::of(y.shape(), draw.values(y.value().size()));
  if (const Shape other = draw.partner(y.shape()); other != y.shape())
    expect_error([&] { backward(y, Array::filled(other, 1)); }, "backward: got dy");
  try {
    backward(y, dy);
  } catch (const Error& error) {
    const std::string_view text = error.what();
    if (names_its_operation(text, call.operation) && text.find("no memory for") != text.npos) return;
    throw Wrong(fmt::format("backward refused: {}", text));
  }
  for (const Tensor& input : inputs.tensors)
    if (input.wants_grad() && input.grad().shape() != input.shape())
      throw Wrong(fmt::format("a gradient {} for an input {}", input.grad().shape(), input.shape()));
  if (call.smooth) check_slope(draw, call, inputs, dy);
  expect_error([&] { backward(y, dy); }, "backward: the graph behind this");
}

void look_at(const Tensor& y) {
  if (describe(y, 5).empty() || to_dot(y).empty()) throw Wrong("the graph has no text");
}

// What the call must give; nothing if it must be refused, for the reason `too_large` or another.
std::optional<plain::Numbers> wanted(const Call& call, const Inputs& inputs, bool& too_large) {
  try {
    if (inputs.complete) return call.want(inputs.numbers);
  } catch (const plain::Refused&) {
  } catch (const plain::TooLarge&) {
    too_large = true;
  }
  return {};
}

// Whether the call was accepted.
bool run(Draw& draw, const Call& call, const Inputs& inputs) {
  bool too_large = false;
  const auto want = wanted(call, inputs, too_large);
  Tensor y;
  try {
    y = call.ours(inputs.tensors);
  } catch (const Error& error) {
    const std::string_view text = error.what();
    if (want) throw Wrong(fmt::format("refused: {}", text));
    if (!names_its_operation(text, call.operation)) throw Wrong(fmt::format("an error that names another: {}", text));
    if (too_large && text.find("no memory for") == text.npos) throw Wrong(fmt::format("want no memory, got: {}", text));
    return false;
  }
  if (!want) throw Wrong(fmt::format("accepted with a result {}, want an error", y.shape()));
  compare(y, *want);
  if (draw.one_in(20)) look_at(y);
  if (y.node()->inputs().size() > 0) go_back(draw, call, y, inputs);
  return true;
}

}  // namespace

int main(int argument_count, char** arguments) {
  return fuzz(fuzz_options(argument_count, arguments, 200'000), [](Draw& draw, std::string& about) {
    const Call call = any_call(draw);
    about = fmt::format("{} {} {}", call.operation, fmt::join(call.shapes, " "), call.options);
    return run(draw, call, draw_inputs(draw, call.shapes));
  });
}
