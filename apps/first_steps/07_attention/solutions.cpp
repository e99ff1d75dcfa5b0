// Solutions of chapter 7.
#include <cmath>

#include "core/ops.h"
#include "core/random.h"
#include "nn/attention/attention.h"

using namespace bertlet;

std::string text_of(const Tensor& x) { return fmt::format("{:.2f}", fmt::join(x.value().values(), " ")); }

// Exercise 1: D = 1, q = (1, 0), k = (ln 3, 0), v = (4, 8).
void by_hand() {
  const Tensor q = Array::of({2, 1}, {1, 0}), k = Array::of({2, 1}, {std::log(real(3)), 0}),
               v = Array::of({2, 1}, {4, 8});
  fmt::print("1  y {}\n", text_of(attention(q, k, v, {2}, {})));
}

// Exercise 2: rows in another order give the same results in that order.
void shuffled() {
  const Tensor x = normal({.seed = 1}, {3, 4});
  const Tensor turned = gather_rows(x, {2, 0, 1});
  const Tensor y = attention(x, x, x, {3}, {}), z = attention(turned, turned, turned, {3}, {});
  real largest = 0;
  const Array same = gather_rows(y, {2, 0, 1}).value();
  for (int64_t i = 0; i < same.size(); ++i) largest = std::max(largest, std::abs(same[i] - z.value()[i]));
  fmt::print("2  the same rows in another order: {}\n", largest < 1e-6 ? "yes" : "no");
}

// Exercise 3: how large the largest share of 16 keys is on average, for random rows of D numbers, with √D and without.
void scale() {
  for (const int64_t D : {int64_t{4}, int64_t{64}, int64_t{256}}) {
    const Tensor q = normal({.seed = 1}, {64, D}), k = normal({.seed = 2}, {16, D});
    const Tensor scores = matmul(q, k, {.transpose_b = true});
    const auto sharpest = [](const Tensor& s) { return mean(max(softmax(s), -1)).item(); };
    fmt::print("3  D {:3}  divided by √D {:.1f}  as they are {:.1f}\n", D,
               sharpest(scores / std::sqrt(static_cast<real>(D))), sharpest(scores));
  }
}

// Exercise 4: a hidden key, and what is left when all are hidden.
void masks() {
  const Tensor q = Array::filled({3, 1}, 0), v = Array::of({3, 1}, {3, 6, 30});
  AttentionOptions options;
  options.mask.keys = Array::of({3}, {1, 1, 0});
  fmt::print("4  third key hidden: {}\n", text_of(attention(q, q, v, {3}, options)));
  options.mask.keys = Array::of({3}, {0, 0, 0});
  fmt::print("   all hidden:       {}\n", text_of(attention(q, q, v, {3}, options)));
}

int main() {
  by_hand();
  shuffled();
  scale();
  masks();
}
