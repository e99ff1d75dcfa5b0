#pragma once
#include "core/autograd.h"
#include "nn/ops/reduction.h"

namespace bertlet {

struct BceOptions {
  Array positive_weights = {};  // broadcast against the logits; above 1 a missed label costs more. If none, all are 1
  Reduction reduction = Reduction::mean;
};

// Binary cross-entropy of sigmoid(logits) with targets between 0 and 1, each label for itself. The mean divides by the
// number of elements.
Tensor bce_with_logits(const Tensor& logits, const Array& targets, const BceOptions& options = {});

// (x − y)², element by element.
Tensor mse(const Tensor& x, const Tensor& y, Reduction reduction = Reduction::mean);

// x · y / (max(|x|, ε) max(|y|, ε)) along the last axis.
Tensor cosine_similarity(const Tensor& x, const Tensor& y, real eps = real(1e-8));

}  // namespace bertlet
