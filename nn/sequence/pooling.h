#pragma once
#include "core/autograd.h"
#include "nn/spans.h"

namespace bertlet {

// What becomes of a sequence's rows: its first one (BERT's [CLS]), its last one, their mean, the largest number of each
// column, or their sum divided by √length (mean · √length).
enum class Pooling { first, last, mean, max, mean_sqrt };

// One row for each sequence: [N, H] → [B, H]. A sequence without rows becomes zeros.
Tensor pool(const Tensor& x, const Spans& spans, Pooling pooling);

// Σ softmax(scores) x over each sequence's rows; one score for each row.
Tensor attention_pool(const Tensor& x, const Tensor& scores, const Spans& spans);

}  // namespace bertlet
