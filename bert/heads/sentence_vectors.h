#pragma once
#include "bert/heads/states.h"
#include "nn/sequence/pooling.h"

namespace bertlet::bert {

// What stands for a sequence as a whole: its first row, the pooler's output, the mean or the largest of its rows in
// each column, their sum over √length, or the mean of its rows after the first layer and after the last.
enum class SentencePool { cls, pooler, mean, max, mean_sqrt, first_last };

SentencePool sentence_pool(const std::string& name);  // "cls", …, "mean-sqrt", "first-last"
const std::vector<std::string>& sentence_pool_names();

// [B, H]. The rows are those after layer `layer`, 0 being the embeddings; if not given, the last. For another layer
// than the last and for first_last the hidden states must have been asked for.
Tensor sentence_vectors(const Batch& batch, const Encoded& encoded, SentencePool pool,
                        std::optional<int64_t> layer = {});

Array normalized(const Array& vectors);  // [B, H], each row of length 1

inline constexpr const char* learned_pool = "attention";

// A mean of a sequence's rows with learned shares: Σ softmax(score(x))_t x_t.
struct AttentionPool {
  Linear score;

  explicit AttentionPool(int64_t width) : score(width, 1) {}
  Tensor operator()(const Tensor& x, const Spans& spans) const {  // [N, width] → [B, width]
    return attention_pool(x, score(x), spans);
  }

  void visit(auto&& f) { f("score", score); }
};

// A row for each sequence, learned or not.
struct SentenceVectors {
  States states;
  SentencePool pool = SentencePool::mean;
  std::optional<AttentionPool> attention = {};  // in its place

  // `width`: of the rows, if it is not the encoder's.
  SentenceVectors(const std::string& pool, const std::string& layers, const Config& config,
                  std::optional<int64_t> width = {});
  Tensor operator()(const Batch& batch, const Encoded& encoded) const;  // [B, width]
  bool wants_hidden_states() const;

  void visit(auto&& f) {
    states.visit(f);
    f("attention", attention);
  }
};

}  // namespace bertlet::bert
