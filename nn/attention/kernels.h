#pragma once
#include "core/real.h"
#include "nn/norm/dropout_kernels.h"

namespace bertlet {

// The scores of a block of queries, s[rows, cols]. Row r sees its first `seen + r step` keys (0 … cols of them); the
// scores are still to be multiplied by `scale`.
struct ScoreRows {
  int64_t rows, cols;
  int64_t seen, step;
  real scale;
  bool average;  // a row that sees nothing sees all keys alike
};

// Which weights are dropped: row r draws the numbers from first + row step on, where `row` is rows[r], or row + r.
struct ScoreDropout {
  DropoutMask mask;
  const int64_t* rows;
  int64_t row, first, step;
};

struct AttentionKernels {
  // s <- dropped(exp(scale s - m)) with the row's largest m; total = Σ exp(scale s - m) before anything is dropped and
  // lse = m + log total. A row that sees nothing becomes zeros, with total = 0 and lse = ∞; or, to see all keys alike,
  // ones, with lse = -∞.
  void (*softmax)(const ScoreRows& block, const ScoreDropout& dropout, real* s, real* lse, real* total);

  // With p = exp(scale s - lse) and u = 0 or 1 / (1 - rate): s <- p u and dp <- slope p (u dp - Σ p u dp).
  void (*softmax_grad)(const ScoreRows& block, const ScoreDropout& dropout, real slope, const real* lse, real* s,
                       real* dp);

  void (*add_bias)(real scale, const real* bias, real* s, int64_t n);  // s <- scale s + bias
  void (*hide)(const real* mask, real* s, int64_t n);                  // s <- -∞ where the mask is 0

  // Rows of `cols` numbers, `stride` apart: y <- y / divisor, 0 where that is 0.
  void (*divide)(const real* divisor, real* y, int64_t rows, int64_t cols, int64_t stride);
};

const AttentionKernels& attention_kernels();  // for the chosen instruction set

}  // namespace bertlet
