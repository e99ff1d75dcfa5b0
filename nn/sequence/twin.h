#pragma once
#include "nn/sequence/conv1d.h"
#include "nn/sequence/crf.h"
#include "nn/sequence/pooling.h"

namespace bertlet {

// What has sequences, spelled out in elementary operations, a sequence at a time: what the fused ones mean.
Tensor spelled_pool(const Tensor& x, const Spans& spans, Pooling pooling);
Tensor spelled_attention_pool(const Tensor& x, const Tensor& scores, const Spans& spans);
Tensor spelled_conv1d(const Tensor& x, const Spans& spans, const Tensor& weight, const Tensor& bias, Ends ends);
Tensor spelled_crf_log_likelihood(const Tensor& emissions, const CrfScores& scores, const std::vector<int64_t>& tags,
                                  const Spans& spans);

}  // namespace bertlet
