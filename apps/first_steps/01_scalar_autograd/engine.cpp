// The engine at work: a gradient, its check by differences, and a line that is fitted to three points.
#include "apps/first_steps/01_scalar_autograd/engine.h"

#include <fmt/format.h>

const std::vector<std::pair<double, double>> points{{1, 1}, {2, 5}, {3, 6}};

Value loss_of(const Value& w, const Value& b) {
  Value loss = 0;
  for (const auto& [x, target] : points) {
    const Value error = w * x + b - target;
    loss = loss + error * error;
  }
  return loss;
}

double difference(double w, double b, double dw, double db) {  // (f(p + h) − f(p − h)) / 2h
  const double h = 1e-3;
  return (loss_of(w + h * dw, b + h * db).number() - loss_of(w - h * dw, b - h * db).number()) / (2 * h);
}

int main() {
  Value w = 3, b = -1;
  const Value loss = loss_of(w, b);
  backward(loss);
  fmt::print("loss {}\n", loss.number());
  fmt::print("dw   {:2}   by differences {:.3f}\n", w.grad(), difference(3, -1, 1, 0));
  fmt::print("db   {:2}   by differences {:.3f}\n\n", b.grad(), difference(3, -1, 0, 1));

  for (int step = 0; step <= 200; ++step) {
    const Value now = loss_of(w, b);
    if (step % 50 == 0)
      fmt::print("step {:3}  w {:6.3f}  b {:6.3f}  loss {:.3f}\n", step, w.number(), b.number(), now.number());
    w.grad() = b.grad() = 0;
    backward(now);
    w = w.number() - 0.03 * w.grad();
    b = b.number() - 0.03 * b.grad();
  }
}
