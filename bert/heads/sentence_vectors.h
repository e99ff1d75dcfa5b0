#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// What stands for a sequence as a whole: its first row, the pooler's output, the mean or the largest of its rows in
// each column, their sum over √length, or the mean of its rows after the first layer and after the last.
enum class SentencePool { cls, pooler, mean, max, mean_sqrt, first_last };

SentencePool sentence_pool(const std::string& name);  // "cls", …, "mean-sqrt", "first-last"
std::vector<std::string> sentence_pool_names();

// [B, H]. The rows are those after layer `layer`, 0 being the embeddings; if not given, the last. For another layer
// than the last and for first_last the hidden states must have been asked for.
Tensor sentence_vectors(const Batch& batch, const Encoded& encoded, SentencePool pool,
                        std::optional<int64_t> layer = {});

Array normalized(const Array& vectors);  // [B, H], each row of length 1

// A mean of the embeddings and all layers with learned shares, at first the same: Σ softmax(weights)_i states_i.
struct LayerMix {
  Tensor weights;  // [L + 1]

  explicit LayerMix(const Config& config)
      : weights(Tensor::parameter(Array::filled({config.num_hidden_layers + 1}, 0))) {}
  Tensor operator()(const Encoded& encoded) const;  // [N, H]

  void visit(auto&& f) { f("weights", weights); }
};

// A mean of a sequence's rows with learned shares: Σ softmax(score(x))_t x_t.
struct AttentionPool {
  Linear score;

  explicit AttentionPool(int64_t width) : score(width, 1) {}
  Tensor operator()(const Tensor& x, const Spans& spans) const;  // [N, width] → [B, width]

  void visit(auto&& f) { f("score", score); }
};

}  // namespace bertlet::bert
