#pragma once
#include <variant>

#include "bert/model/model.h"
#include "nn/recurrent/recurrent.h"

// What may stand between the encoder and a head.
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

}  // namespace bertlet::bert
