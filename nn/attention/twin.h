#pragma once
#include "nn/attention/attention.h"

namespace bertlet {

// attention() spelled out in elementary operations, a sequence and a head at a time: what the fused one means.
Tensor spelled_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from, const Spans& to,
                         const AttentionOptions& options);

}  // namespace bertlet
