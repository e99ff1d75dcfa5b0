#include "core/check/case.h"

#include <algorithm>
#include <cmath>

#include "core/mapped.h"
#include "core/memory.h"
#include "core/random.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr double tolerance = sizeof(real) == 8 ? 1e-12 : 2e-5;

real placed(Domain domain, real z, int64_t i) {
  switch (domain) {
    case Domain::any:
      return z;
    case Domain::positive:
      return std::abs(z) + real(0.5);
    case Domain::off_zero:
      return z + (z < 0 ? real(-0.2) : real(0.2));
    case Domain::distinct:
      return static_cast<real>(i * 7 % 101) * real(0.1) + z * real(0.01);
  }
  return z;
}

std::vector<Tensor> parameters(const std::vector<Array>& inputs) {
  return mapped(inputs, [](const Array& input) { return Tensor::parameter(input); });
}

Array cotangent_for(const Tensor& y) { return normal(Rng{.seed = 2}, y.shape()); }

// What is wrong with `got`, measured against the size of the numbers it should be.
std::string difference(const Array& got, const Array& want, const char* what) {
  if (got.shape() != want.shape()) return fmt::format("{}: got {}, want {}", what, got.shape(), want.shape());
  double size = 1;
  for (int64_t i = 0; i < want.size(); ++i) size = std::max(size, std::abs(static_cast<double>(want[i])));
  for (int64_t i = 0; i < want.size(); ++i)
    if (!(std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i])) <= tolerance * size))
      return fmt::format("{}: element {} is {}, want {}", what, i, got[i], want[i]);
  return {};
}

Array plus(const Array& a, const Array& b) {
  Array sum(a.shape());
  for (int64_t i = 0; i < a.size(); ++i) sum[i] = a[i] + b[i];
  return sum;
}

std::vector<Array> gradients(const TensorFunction& f, const std::vector<Tensor>& x) {
  const Tensor y = f(x);
  backward(y, cotangent_for(y));
  return mapped(x, [](const Tensor& t) { return t.grad() ? t.grad() : Array::filled(t.shape(), 0); });
}

std::string text_of(const std::vector<Shape>& shapes) {
  std::string text;
  for (const Shape& shape : shapes) text += fmt::format("{}{}", text.empty() ? "" : " ", shape);
  return text;
}

}  // namespace

std::string Case::text() const {
  return fmt::format("{} {}{}{}", operation, text_of(shapes), note.empty() ? "" : ", ", note);
}

std::string Case::inputs_text() const {
  if (shapes.size() <= 4) return text_of(shapes);
  return fmt::format("{} {} {} … {} in all", shapes[0], shapes[1], shapes[2], shapes.size());
}

bool Case::accepts_alias() const {
  return shapes.size() > 1 && std::ranges::count(shapes, shapes[0]) == std::ssize(shapes);
}

std::vector<Array> Case::draw() const { return draw(shapes); }

std::vector<Array> Case::draw(const std::vector<Shape>& of) const {
  std::vector<Array> arrays;
  for (const Shape& shape : of) {
    Array a = normal(Rng{.seed = 3, .site = static_cast<std::uint32_t>(arrays.size())}, shape);
    for (int64_t i = 0; i < a.size(); ++i) a[i] = placed(domain, a[i], i);
    arrays.push_back(std::move(a));
  }
  return arrays;
}

std::string wrong_value(const Case& c) {
  if (!c.twin) return {};
  const auto x = parameters(c.draw()), x_twin = parameters(c.draw());
  std::string wrong = difference(c.f(x).value(), c.twin(x_twin).value(), "value beside its twin");
  const auto got = gradients(c.f, x), want = gradients(c.twin, x_twin);
  for (std::size_t i = 0; i < got.size() && wrong.empty(); ++i)
    wrong = difference(got[i], want[i], "gradient beside its twin");
  return wrong;
}

std::string wrong_accumulation(const Case& c) {
  const auto x = parameters(c.draw());
  std::vector<Array> once;
  for (const Array& g : gradients(c.f, x)) once.push_back(g.clone());
  const std::vector<Array> twice = gradients(c.f, x);
  for (std::size_t i = 0; i < once.size(); ++i)
    if (std::string wrong = difference(twice[i], plus(once[i], once[i]), "gradient after two backwards");
        !wrong.empty())
      return wrong;
  return {};
}

std::string wrong_alias(const Case& c) {
  if (!c.accepts_alias()) return {};
  const std::vector<Array> same(c.shapes.size(), c.draw()[0]);
  Array want;
  for (const Array& g : gradients(c.f, parameters(same))) want = want ? plus(want, g) : g;
  const std::vector<Tensor> x(c.shapes.size(), Tensor::parameter(same[0]));
  return difference(gradients(c.f, x)[0], want, "gradient of one tensor as every input");
}

std::string leak(const Case& c) {
  const std::vector<Array> inputs = c.draw();
  const auto step = [&] { gradients(c.f, parameters(inputs)); };
  const auto forward = [&] { c.f(parameters(inputs)); };
  step();
  forward();
  const MemoryMark mark;
  step();
  forward();
  if (mark.live() != 0) return fmt::format("{} bytes live after the graph was dropped", mark.live());
  if (mark.fresh() != 0) return fmt::format("{} fresh allocations in a second identical step", mark.fresh());
  return {};
}

}  // namespace bertlet
