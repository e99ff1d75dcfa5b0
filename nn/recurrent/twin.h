#pragma once
#include "nn/recurrent/recurrent.h"

namespace bertlet {

// lstm() and gru() spelled out in elementary operations, a sequence and a step at a time: what the fused ones mean.
LstmResult spelled_lstm(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                        const LstmState& initial);
GruResult spelled_gru(const Tensor& x, const Spans& spans, std::span<const RecurrentWeights> weights,
                      const Tensor& initial);

}  // namespace bertlet
