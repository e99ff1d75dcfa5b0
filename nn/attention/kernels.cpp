#include "nn/attention/kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"
#include "nn/norm/dropout_mask.h"

namespace bertlet {
namespace {

BERTLET_INLINE real larger(real a, real b) { return b > a ? b : a; }

// The largest entry, NaN apart; 0 for a row that is -∞ throughout, so that subtracting it leaves -∞.
BERTLET_INLINE real peak(const real* x, int64_t n) {
  const real m = reduce<32>(
      0, n, -kInfinity, [=](real best, int64_t i) { return larger(best, x[i]); }, larger);
  return m == -kInfinity ? 0 : m;
}

BERTLET_INLINE int64_t seen_by(const ScoreRows& block, int64_t row) {
  const int64_t seen = block.seen + row * block.step;
  return seen < 0 ? 0 : seen < block.cols ? seen : block.cols;
}

BERTLET_INLINE int64_t first_drawn(const ScoreDropout& dropout, int64_t row) {
  return dropout.first + (dropout.rows ? dropout.rows[row] : dropout.row + row) * dropout.step;
}

BERTLET_INLINE void fill(real value, real* x, int64_t n) {
  each(n, [=](int64_t i) { x[i] = value; });
}

BERTLET_INLINE void clear(real* x, int64_t n) { fill(0, x, n); }

// exp(scale (s - m)) for m = max s and scale > 0
BERTLET_INLINE real exponentials(real scale, real m, real* s, int64_t n) {
  return sum(0, n, [=](int64_t i) { return s[i] = exp_of_negative(scale * (s[i] - m)); });
}

void softmax(const ScoreRows& block, const ScoreDropout& dropout, real* s, real* lse, real* total) {
  const DropoutMask mask = dropout.mask;
  for (int64_t r = 0; r < block.rows; ++r, s += block.cols) {
    int64_t n = seen_by(block, r);
    const real m = peak(s, n);
    total[r] = exponentials(block.scale, m, s, n);
    lse[r] = total[r] == 0 ? kInfinity : block.scale * m + log(total[r]);
    if (total[r] == 0 && block.average) {
      n = block.cols;
      fill(1, s, n);
      total[r] = static_cast<real>(n);
      lse[r] = -kInfinity;
    }
    if (mask.drop != 0)
      each_coin(mask, first_drawn(dropout, r), n, [=](int64_t i, Half coin) { s[i] = kept(mask, coin, s[i]); });
    clear(s + n, block.cols - n);
  }
}

// In training a dropped weight is marked by its sign until its gradient is known.
BERTLET_INLINE void probabilities_and_coins(const ScoreRows& block, const DropoutMask& mask, int64_t first, real shift,
                                            real* s, real* dp, int64_t n) {
  const real scale = block.scale;
  each_coin(mask, first, n, [=](int64_t i, Half coin) {
    const real p = exp_of_negative(scale * s[i] - shift);
    s[i] = kept(mask, coin, 1) == 0 ? -p : p;
    dp[i] = kept(mask, coin, dp[i]);
  });
}

BERTLET_INLINE real magnitude(real x) { return x < 0 ? -x : x; }

// Divided by their sum, so that what is rounded in the probabilities cancels: of one key alone the gradient is 0.
BERTLET_INLINE real mean_under(const real* s, const real* dp, int64_t n) {
  const real total = sum(0, n, [=](int64_t i) { return magnitude(s[i]); });
  const real dot = sum(0, n, [=](int64_t i) { return magnitude(s[i]) * dp[i]; });
  return total == 0 ? 0 : dot / total;
}

void softmax_grad(const ScoreRows& block, const ScoreDropout& dropout, real slope, const real* lse, real* s, real* dp) {
  const DropoutMask mask = dropout.mask;
  for (int64_t r = 0; r < block.rows; ++r, s += block.cols, dp += block.cols) {
    const bool average = lse[r] == -kInfinity;
    const int64_t n = average ? block.cols : seen_by(block, r);
    const real scale = block.scale, shift = average ? log(static_cast<real>(n)) : lse[r];
    if (average) clear(s, n);
    if (mask.drop == 0)
      each(n, [=](int64_t i) { s[i] = exp_of_negative(scale * s[i] - shift); });
    else
      probabilities_and_coins(block, mask, first_drawn(dropout, r), shift, s, dp, n);
    const real mean = mean_under(s, dp, n);
    each(n, [=](int64_t i) { dp[i] = slope * magnitude(s[i]) * (dp[i] - mean); });
    if (mask.drop != 0) each(n, [=](int64_t i) { s[i] = s[i] > 0 ? s[i] * mask.scale : 0; });
    clear(s + n, block.cols - n);
    clear(dp + n, block.cols - n);
  }
}

void add_bias(real scale, const real* bias, real* s, int64_t n) {
  each(n, [=](int64_t i) { s[i] = scale * s[i] + bias[i]; });
}

void hide(const real* mask, real* s, int64_t n) {
  each(n, [=](int64_t i) { s[i] = mask[i] == 0 ? -kInfinity : s[i]; });
}

void divide(const real* divisor, real* y, int64_t rows, int64_t cols, int64_t stride) {
  for (int64_t r = 0; r < rows; ++r) {
    const real factor = divisor[r] == 0 ? 0 : 1 / divisor[r];
    each(cols, [=, at = y + r * stride](int64_t i) { at[i] *= factor; });
  }
}

}  // namespace

extern const AttentionKernels BERTLET_TABLE(attention_kernels);
const AttentionKernels BERTLET_TABLE(attention_kernels){
    .softmax = softmax,
    .softmax_grad = softmax_grad,
    .add_bias = add_bias,
    .hide = hide,
    .divide = divide,
};

}  // namespace bertlet
