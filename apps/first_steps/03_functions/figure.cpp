// GELU, its slope, and the ReLU that it is a smooth form of.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"

using namespace bertlet;

int main() {
  view::LineChart chart{.title = "GELU, its slope, and ReLU", .x_name = "x"};
  Array x({65});
  for (int64_t i = 0; i < x.size(); ++i) x[i] = real(-4) + static_cast<real>(i) / 8;
  const Tensor leaf = Tensor::parameter(x.clone());
  const Tensor y = gelu(leaf);
  backward(sum(y));
  const auto line = [&](const char* name, const Array& numbers, std::size_t run) {
    view::Line points{.name = name, .points = {}, .run = run};
    for (int64_t i = 0; i < x.size(); ++i) points.points.push_back({x[i], std::round(1000 * numbers[i]) / 1000});
    chart.lines.push_back(points);
  };
  line("GELU", y.value(), 0);
  line("its slope", leaf.grad(), 1);
  line("ReLU", relu(Tensor(x)).value(), 2);
  fmt::print("{}", book::svg_file(chart));
}
