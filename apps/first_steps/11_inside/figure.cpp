// Two pictures of attention that give the same result, because two values are alike.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"

using namespace bertlet;

std::vector<double> numbers(const Tensor& x) {
  const std::vector<real> values = x.value().values();
  return {values.begin(), values.end()};
}

int main() {
  const Tensor values = Array::of({3, 2}, {1, 2, 1, 2, 0, 1});
  const Tensor one = Array::of({3, 3}, {0.9f, 0, 0.1f, 0.6f, 0.2f, 0.2f, 0.5f, 0, 0.5f});
  const Tensor other = Array::of({3, 3}, {0, 0.9f, 0.1f, 0.1f, 0.7f, 0.2f, 0, 0.5f, 0.5f});
  book::Drawing drawing(480, 250, "Two attention matrices with the same result");
  const auto row = [&](double top, const char* name, const Tensor& weights) {
    drawing.strong(10, top + 14, name);
    drawing.matrix(10, top + 22, 3, numbers(weights), 1);
    drawing.text(154, top + 62, "·");
    drawing.strong(164, top + 14, "values");
    drawing.matrix(164, top + 22, 2, numbers(values), 1, 4);
    drawing.text(262, top + 62, "=");
    drawing.strong(276, top + 14, "result");
    drawing.matrix(276, top + 22, 2, numbers(matmul(weights, values)), 1, 4);
  };
  row(10, "weights", one);
  row(130, "other weights", other);
  fmt::print("{}", drawing.svg());
}
