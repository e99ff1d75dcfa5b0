// The graph of one squared error, with what flows forward and back.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"

using namespace bertlet;

// What the loss gains when this number, alone, grows: the rest of the way as a function of it.
template <class Rest>
double slope(double at, Rest rest) {
  const Tensor x = Tensor::parameter(Array::number(static_cast<real>(at)));
  backward(rest(x));
  return static_cast<double>(x.grad()[0]);
}

int main() {
  const Tensor w = 3, x = 3, b = -1, target = 6;
  const auto square = [](const Tensor& error) { return error * error; };
  const auto from_sum = [&](const Tensor& sum) { return square(sum - target); };
  const auto from_product = [&](const Tensor& product) { return from_sum(product + b); };

  book::Drawing drawing(620, 190, "The graph of (w x + b - target) squared: values above, gradients below");
  const auto node = [&](double left, double top, const std::string& name, double value, double gradient) {
    drawing.box(left, top, 96, 46);
    drawing.strong(left + 48, top + 18, fmt::format("{} = {:g}", name, value), book::Align::middle);
    drawing.text(left + 48, top + 36, fmt::format("gradient {:g}", gradient), book::Align::middle);
  };
  const double product = (w * x).item(), sum = product + b.item(), error = sum - target.item();
  node(10, 20, "w", w.item(), slope(w.item(), [&](const Tensor& t) { return from_product(t * x); }));
  node(10, 90, "x", x.item(), slope(x.item(), [&](const Tensor& t) { return from_product(w * t); }));
  node(136, 55, "w x", product, slope(product, from_product));
  node(136, 125, "b", b.item(), slope(b.item(), [&](const Tensor& t) { return from_sum(w * x + t); }));
  node(262, 85, "+ b", sum, slope(sum, from_sum));
  node(388, 85, "- 6", error, slope(error, square));
  node(514, 85, "square", error * error, 1);
  drawing.arrow(106, 48, 136, 70);
  drawing.arrow(106, 108, 136, 88);
  drawing.arrow(232, 82, 262, 98);
  drawing.arrow(232, 144, 262, 120);
  drawing.arrow(358, 108, 388, 108);
  drawing.arrow(484, 108, 514, 108);
  fmt::print("{}", drawing.svg());
}
