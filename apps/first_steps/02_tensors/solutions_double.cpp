// Solutions of chapter 2.
#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "core/random.h"
#include "core/require.h"

using namespace bertlet;

// Exercise 1: shapes meet from the right.
void shapes() {
  const Tensor column = Tensor::parameter(Array::filled({4, 1}, 1)), row = Tensor::parameter(Array::filled({3}, 1));
  const Tensor y = column * row;
  backward(sum(y));
  fmt::print("1  [4, 1] * [3] is {}, gradients {} of {} and {} of {}\n", y.shape(), column.grad().shape(),
             column.grad()[0], row.grad().shape(), row.grad()[0]);
}

// Exercise 2: the gradient of b is handed back as it comes, [2, 3], where b is [3].
Tensor forgot_the_sum(const Tensor& a, const Tensor& b) {
  return record<"forgot_the_sum">((a + b).value(), {a, b}, [](Array dy, Into da, Into db) {
    da += dy;
    db += dy;
  });
}

void broken() {
  const Tensor a = Tensor::parameter(Array::filled({2, 3}, 1)), b = Tensor::parameter(Array::filled({3}, 1));
  try {
    backward(sum(forgot_the_sum(a, b)));
    fmt::print("2  no error\n");
  } catch (const Error& error) {
    fmt::print("2  {}\n", error.what());
  }
}

// Exercise 3: Y = A Bᵀ, so dA = dY B and dB = dYᵀ A.
Tensor with_transposed(const Tensor& a, const Tensor& b) {
  const Array y = matmul(a.detached(), b.detached(), {.transpose_b = true}).value();
  return record<"with_transposed">(y, {a, b}, [a = a.value(), b = b.value()](Array dy, Into da, Into db) {
    da += matmul(dy, b).value();
    db += matmul(dy, a, {.transpose_a = true}).value();
  });
}

void transposed() {
  const auto report = gradcheck([](auto& in) { return with_transposed(in[0], in[1]); },
                                {normal({.seed = 1}, {2, 3}), normal({.seed = 2}, {4, 3})});
  fmt::print("3  {} derivatives {}\n", report.derivatives, report.passed ? "right" : "WRONG");
}

// Exercise 4: the mean of N rows is a product with a row of 1 / N.
void mean_as_product() {
  const Tensor x = Array::of({4, 2}, {1, 10, 2, 20, 3, 30, 4, 40});
  const Tensor quarter = Array::filled({1, 4}, real(0.25));
  fmt::print("4  {} is {}\n", fmt::join(matmul(quarter, x).value().values(), " "),
             fmt::join(mean(x, 0).value().values(), " "));
}

int main() {
  shapes();
  broken();
  transposed();
  mean_as_product();
}
