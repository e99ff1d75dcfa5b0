#pragma once
#include <variant>

#include "bert/model/model.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/pooling.h"

// What may stand between the encoder and a head: states of its layers, a recurrent layer over them, a vector for each
// sequence.
namespace bertlet::bert {

// The hidden states that a head looks at: "last", the number of a layer, 0 being the embeddings, or "mixed", a mean of
// the embeddings and all layers with learned shares, at first the same: Σ softmax(mix)_i states_i.
struct States {
  std::optional<int64_t> layer = {};
  Tensor mix = {};  // [L + 1]

  States() = default;  // the last
  States(const std::string& layers, const Config& config);
  Tensor operator()(const Encoded& encoded) const;  // [N, H]
  bool wants_hidden_states() const { return layer || mix; }

  void visit(auto&& f) { f("mix.weights", mix); }
};

// The rows after a layer, which must have been asked for; if not given, after the last.
const Tensor& states_after(const Encoded& encoded, std::optional<int64_t> layer);

// A recurrent layer in both directions, "lstm" or "gru".
struct Recurrent {
  struct Read {
    Tensor output, last;  // [N, 2 width], and after each sequence's last step [B, 2 width]
  };
  std::variant<LSTM, GRU> layer;

  Recurrent(const std::string& kind, int64_t in, int64_t width);
  Read operator()(const Tensor& x, const Spans& spans) const;

  void visit(auto&& f) {
    std::visit([&](auto& each) { each.visit(f); }, layer);
  }
};

// First values of these, as is usual for layers that hardly learn from small random numbers.
std::vector<InitRule> first_values();

// What stands for a sequence as a whole: its first row, the pooler's output, the mean or the largest of its rows in
// each column, their sum over √length, or the mean of its rows after the first layer and after the last.
enum class SentencePool { cls, pooler, mean, max, mean_sqrt, first_last };

SentencePool sentence_pool(const std::string& name);  // "cls", …, "mean-sqrt", "first-last"
const std::vector<std::string>& sentence_pool_names();

// [B, H]. The rows are those after layer `layer`, 0 being the embeddings; if not given, the last. For another layer
// than the last and for first_last the hidden states must have been asked for.
Tensor sentence_vectors(const Batch& batch, const Encoded& encoded, SentencePool pool,
                        std::optional<int64_t> layer = {});

// The rows of the last layer that this pool looks at; empty: all.
std::vector<int64_t> rows_read(SentencePool pool, const Batch& batch);

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
  std::vector<int64_t> reads(const Batch& batch) const;  // of the last layer; empty: all

  void visit(auto&& f) {
    states.visit(f);
    f("attention", attention);
  }
};

}  // namespace bertlet::bert
