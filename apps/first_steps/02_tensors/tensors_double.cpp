// A product of matrices and a sum with a broadcast row in plain loops, value and gradient side by side. Compiled in
// double, where differences prove a gradient.
#include "core/check/gradcheck.h"
#include "core/ops.h"

using namespace bertlet;

// Y[N, M] = A[N, K] B[K, M]
Tensor plain_matmul(const Tensor& a, const Tensor& b) {
  const int64_t N = a.shape()[0], K = a.shape()[1], M = b.shape()[1];
  Array y = Array::zeros({N, M});
  for (int64_t i = 0; i < N; ++i)
    for (int64_t j = 0; j < M; ++j)
      for (int64_t k = 0; k < K; ++k) y[i * M + j] += a.value()[i * K + k] * b.value()[k * M + j];
  return record<"plain_matmul">(y, {a, b}, [=, A = a.value(), B = b.value()](Array dy, Into da, Into db) {
    Array gradient_a = Array::zeros({N, K}), gradient_b = Array::zeros({K, M});
    for (int64_t i = 0; i < N; ++i)
      for (int64_t j = 0; j < M; ++j)
        for (int64_t k = 0; k < K; ++k) {
          gradient_a[i * K + k] += dy[i * M + j] * B[k * M + j];  // dA = dY Bᵀ
          gradient_b[k * M + j] += A[i * K + k] * dy[i * M + j];  // dB = Aᵀ dY
        }
    da += std::move(gradient_a);
    db += std::move(gradient_b);
  });
}

// Y[N, M] = A[N, M] + b[M]: every row gets the same b, so b's gradient is a sum over rows.
Tensor plain_add_row(const Tensor& a, const Tensor& b) {
  const int64_t N = a.shape()[0], M = a.shape()[1];
  Array y({N, M});
  for (int64_t i = 0; i < N; ++i)
    for (int64_t j = 0; j < M; ++j) y[i * M + j] = a.value()[i * M + j] + b.value()[j];
  return record<"plain_add_row">(y, {a, b}, [=](Array dy, Into da, Into db) {
    Array gradient_b = Array::zeros({M});
    for (int64_t i = 0; i < N; ++i)
      for (int64_t j = 0; j < M; ++j) gradient_b[j] += dy[i * M + j];
    da += dy;
    db += std::move(gradient_b);
  });
}

void print(const char* name, const Array& x) {
  fmt::print("{:3} {}  {:3}\n", name, x.shape(), fmt::join(x.values(), " "));
}

int main() {
  const Array x = Array::of({3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor w = Tensor::parameter(Array::of({2, 2}, {1, 0, -1, 2}));
  const Tensor b = Tensor::parameter(Array::of({2}, {10, 20}));

  const Tensor y = plain_add_row(plain_matmul(x, w), b);  // [3, 2]
  backward(sum(y * y));
  print("y", y.value());
  print("dw", w.grad());
  print("db", b.grad());

  const auto plain = [](auto& in) { return plain_add_row(plain_matmul(in[0], in[1]), in[2]); };
  const auto ours = [](auto& in) { return matmul(in[0], in[1]) + in[2]; };
  const std::vector<Array> inputs{x, w.value(), b.value()};
  fmt::print("\nplain loops  {}\n", gradcheck(plain, inputs).passed ? "right" : "WRONG");
  fmt::print("core         {}\n", gradcheck(ours, inputs).passed ? "right" : "WRONG");
}
