// Two arms of a spiral, told apart by two layers. The picture shows what the network says of every place.
#include <cmath>

#include "core/ops.h"
#include "core/random.h"

using namespace bertlet;

constexpr int points = 200, rows = 23, columns = 47;

struct Network {
  Tensor w1 = Tensor::parameter(normal({.seed = 1, .site = 1}, {2, 32}, 0, 3));
  Tensor b1 = Tensor::parameter(normal({.seed = 1, .site = 2}, {32}, 0, 3));
  Tensor w2 = Tensor::parameter(normal({.seed = 1, .site = 3}, {32, 1}));

  Tensor operator()(const Tensor& x) const { return matmul(tanh(matmul(x, w1) + b1), w2); }  // [N, 2] → [N, 1]
  Tensor operator()(real x, real y) const { return (*this)(Array::of({1, 2}, {x, y})); }
};

void descend(Tensor parameter, real rate) {
  const Array gradient = parameter.grad();
  Array value = parameter.edit();
  for (int64_t i = 0; i < value.size(); ++i) value[i] -= rate * gradient[i];
  parameter.reset_grad();
}

int main() {
  Array x({points, 2}), arm({points, 1});  // the second arm, −1, is the first one turned half round
  for (int i = 0; i < points; ++i) {
    const double t = 0.15 + 0.8 * i / points;
    arm[i] = i % 2 == 0 ? 1 : -1;
    x[2 * i] = arm[i] * static_cast<real>(t * std::cos(10 * t));
    x[2 * i + 1] = arm[i] * static_cast<real>(t * std::sin(10 * t));
  }
  const Network network;
  for (int step = 0; step <= 3000; ++step) {
    const Tensor loss = mean(log(1 + exp(-Tensor(arm) * network(x))));
    if (step % 1000 == 0) fmt::print("step {:4}  loss {:.2f}\n", step, loss.item());
    backward(loss);
    for (const Tensor& parameter : {network.w1, network.b1, network.w2}) descend(parameter, real(0.5));
  }
  int right = 0;
  for (int i = 0; i < points; ++i) right += arm[i] * network(x[2 * i], x[2 * i + 1]).item() > 0;
  fmt::print("{} of {} points are on the right side\n\n", right, points);

  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const real across = real(column) / (columns / 2) - 1, up = 1 - real(row) / (rows / 2);
      fmt::print("{}", network(across, up).item() > 0 ? '#' : '.');
    }
    fmt::print("\n");
  }
}
