#include "bert/heads/language_model.h"

#include "core/ops/rows.h"
#include "nn/ops/cross_entropy.h"

namespace bertlet::bert {

namespace {

// The labels [N], moved from each token to the one before it in its sequence. A pad predicts nothing.
std::vector<int64_t> next_of(const Batch& batch, const std::vector<int64_t>& labels) {
  std::vector<int64_t> next(labels.size(), no_label);
  for (std::size_t row = 0; row + 1 < labels.size(); ++row) {
    const bool same_sequence = batch.places[row + 1] % batch.length != 0;
    if (same_sequence && batch.counts[row]) next[row] = labels[row + 1];
  }
  return next;
}

}  // namespace

Predictions::Predictions(const Config& config, const Tensor& word_embeddings)
    : bias(Tensor::parameter(Array::filled({config.vocab_size}, 0))),
      dense(config.hidden_size, config.hidden_size),
      norm(config.hidden_size, static_cast<real>(config.layer_norm_eps)),
      decoder(config.tie_word_embeddings ? word_embeddings : Tensor::parameter(Array::zeros(word_embeddings.shape()))),
      activation(config.activation()) {}

Tensor Predictions::operator()(const Tensor& x) const {
  return linear(norm(dense(x, activation)), decoder, bias);  // [N, V]
}

Tensor Predictions::loss(const Tensor& x, const std::vector<int64_t>& labels) const {
  std::vector<int64_t> rows, words;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] != no_label) {
      rows.push_back(static_cast<int64_t>(i));
      words.push_back(labels[i]);
    }
  if (rows.empty()) {  // the loss is 0, and so is every gradient
    rows.push_back(0);
    words.push_back(no_label);
  }
  return cross_entropy((*this)(gather_rows(x, std::move(rows))), std::move(words));
}

MaskedLM::MaskedLM(const Config& config)
    : bert(config, WithPooler::no), predictions(config, bert.embeddings.word_embeddings.weight) {}

Tensor MaskedLM::logits(const Encoded& encoded) const { return predictions(encoded.last_hidden_state); }

Tensor MaskedLM::loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels) const {
  return predictions.loss(encoded.last_hidden_state, pack_labels(batch, labels));
}

CausalLM::CausalLM(const Config& config)
    : bert(config, WithPooler::no), predictions(config, bert.embeddings.word_embeddings.weight) {}

Tensor CausalLM::logits(const Encoded& encoded) const { return predictions(encoded.last_hidden_state); }

Tensor CausalLM::loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& labels) const {
  return predictions.loss(encoded.last_hidden_state, next_of(batch, pack_labels(batch, labels)));
}

}  // namespace bertlet::bert
