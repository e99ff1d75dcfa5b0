// A row that is broadcast, and its gradient, which is a sum.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"

using namespace bertlet;

std::vector<double> numbers(const Array& x) { return {x.data(), x.data() + x.size()}; }

int main() {
  const Tensor a = Array::of({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor b = Tensor::parameter(Array::of({3}, {10, 20, 30}));
  const Tensor y = a + b;
  const Array dy = Array::of({2, 3}, {1, 2, 3, 10, 20, 30});
  backward(y, dy.clone());

  book::Drawing drawing(560, 200, "a + b where b is one row: b is repeated forward, and its gradient summed backward");
  const double width = 3 * book::Drawing::cell_width;
  drawing.strong(10, 20, "a [2, 3]");
  drawing.matrix(10, 28, 3, numbers(a.value()), 0, 60);
  drawing.text(163, 56, "+");
  drawing.strong(184, 20, "b [3], repeated");
  drawing.matrix(184, 28, 3, numbers(expand(b.detached(), {2, 3}).value()), 0, 60);
  drawing.text(337, 56, "=");
  drawing.strong(358, 20, "y [2, 3]");
  drawing.matrix(358, 28, 3, numbers(y.value()), 0, 60);
  drawing.strong(358, 110, "dy [2, 3]");
  drawing.matrix(358, 118, 3, numbers(dy), 0, 60);
  drawing.arrow(350, 142, 190 + width, 142);
  drawing.strong(184, 110, "db [3]: summed");
  drawing.matrix(184, 130, 3, numbers(b.grad()), 0, 60);
  fmt::print("{}", drawing.svg());
}
