// Attention in plain loops: one head, then several, then masks, beside the fused operation.
#include <cmath>
#include <limits>

#include "core/ops.h"
#include "core/random.h"
#include "nn/attention/attention.h"

using namespace bertlet;

constexpr int64_t T = 4, A = 2, D = 3;  // tokens, heads, columns of a head

// Row i of the result: where query i looks, as shares of the keys it may see.
Array shares(const Array& q, const Array& k, int64_t head, bool causal) {
  Array p({T, T});
  for (int64_t i = 0; i < T; ++i) {
    real total = 0;
    for (int64_t j = 0; j < T; ++j) {
      real score = 0;
      for (int64_t d = 0; d < D; ++d) score += q[i * A * D + head * D + d] * k[j * A * D + head * D + d];
      const bool hidden = causal && j > i;
      total += p[i * T + j] = hidden ? 0 : std::exp(score / std::sqrt(static_cast<real>(D)));
    }
    for (int64_t j = 0; j < T; ++j) p[i * T + j] /= total;
  }
  return p;
}

// y[T, A D]: of each head its D columns, y = p v.
Array naive(const Array& q, const Array& k, const Array& v, bool causal) {
  Array y = Array::zeros({T, A * D});
  for (int64_t head = 0; head < A; ++head) {
    const Array p = shares(q, k, head, causal);
    for (int64_t i = 0; i < T; ++i)
      for (int64_t j = 0; j < T; ++j)
        for (int64_t d = 0; d < D; ++d) y[i * A * D + head * D + d] += p[i * T + j] * v[j * A * D + head * D + d];
  }
  return y;
}

int main() {
  const Array q = normal({.seed = 1}, {T, A * D}), k = normal({.seed = 2}, {T, A * D}),
              v = normal({.seed = 3}, {T, A * D});
  for (const bool causal : {false, true}) {
    const Array plain = naive(q, k, v, causal), p = shares(q, k, 0, causal);
    const Array fused = attention(q, k, v, {T}, {.heads = A, .causal = causal}).value();
    real largest = 0;
    for (int64_t i = 0; i < plain.size(); ++i) largest = std::max(largest, std::abs(plain[i] - fused[i]));
    fmt::print("{}\n", causal ? "head 0, causal" : "head 0");
    for (int64_t i = 0; i < T; ++i)
      fmt::print("  token {} looks at {:.2f} {:.2f} {:.2f} {:.2f}\n", i, p[i * T], p[i * T + 1], p[i * T + 2],
                 p[i * T + 3]);
    fmt::print("  both heads equal to the fused operation to 1e-6: {}\n", largest < 1e-6 ? "yes" : "no");
  }
}
