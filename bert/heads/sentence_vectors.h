#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// What stands for a sequence as a whole: its first row, the pooler's output, the mean or the largest of its rows in
// each column, their sum over √length, or the mean of its rows after the first layer and after the last.
enum class SentencePool { cls, pooler, mean, max, mean_sqrt, first_last };

// [B, H]. The rows are those after layer `layer`, 0 being the embeddings; if not given, the last. For another layer
// than the last and for first_last the hidden states must have been asked for.
Tensor sentence_vectors(const Batch& batch, const Encoded& encoded, SentencePool pool,
                        std::optional<int64_t> layer = {});

Array normalized(const Array& vectors);  // [B, H], each row of length 1

}  // namespace bertlet::bert
