#pragma once
#include "nn/losses/losses.h"

namespace bertlet {

// The losses spelled out in elementary operations: what the fused ones mean.
Tensor spelled_cross_entropy(const Tensor& logits, const std::vector<int64_t>& labels,
                             const CrossEntropyOptions& options);
Tensor spelled_bce_with_logits(const Tensor& x, const Array& targets, const BceOptions& options);
Tensor spelled_mse(const Tensor& a, const Tensor& b, Reduction reduction);
Tensor spelled_cosine_similarity(const Tensor& a, const Tensor& b);

}  // namespace bertlet
