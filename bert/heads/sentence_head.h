#pragma once
#include <variant>

#include "bert/heads/head.h"
#include "bert/heads/sentence_vectors.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/conv1d.h"
#include "nn/sequence/pooling.h"

namespace bertlet::bert {

// A sequence's vector through one layer more, with tanh.
struct DenseVectors {
  SentenceVectors vectors;
  Dropout dropout;
  Linear dense;

  DenseVectors(const Config& config, const HeadOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [B, width]
  bool wants_hidden_states() const { return vectors.wants_hidden_states(); }

  void visit(auto&& f) {
    vectors.visit(f);
    f("dense", dense);
  }
};

// Convolutions of several widths, and of each the largest number over the sequence.
struct ConvolvedVectors {
  States states;
  std::vector<Conv1d> convolutions;

  ConvolvedVectors(const Config& config, const HeadOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [B, kernels · width]
  bool wants_hidden_states() const { return states.wants_hidden_states(); }

  void visit(auto&& f) {
    states.visit(f);
    f("convolutions", convolutions);
  }
};

// A recurrent layer in both directions, and of it the last states or its rows pooled.
template <class Recurrent>
struct RecurrentVectors {
  States states;
  Recurrent recurrent;
  std::optional<SentencePool> pool = {};
  std::optional<AttentionPool> attention = {};

  RecurrentVectors(const Config& config, const HeadOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [B, 2 width]
  bool wants_hidden_states() const { return states.wants_hidden_states(); }

  void visit(auto&& f) {
    states.visit(f);
    f("recurrent", recurrent);
    f("attention", attention);
  }
};

// What is this sequence? Classes that exclude each other, several at once, or numbers: config.problem_type. A vector
// for each sequence, and of it the scores; sequences that belong together have their say together.
struct SentenceHead : Head {
  std::variant<SentenceVectors, DenseVectors, ConvolvedVectors, RecurrentVectors<LSTM>, RecurrentVectors<GRU>> vectors;
  Pooling windows = Pooling::mean;              // of the scores
  std::optional<AttentionPool> attention = {};  // of the vectors, in its place
  Dropout dropout;
  Linear classifier;
  Problem problem;
  CrossEntropyOptions loss_options;

  SentenceHead(const Config& config, const HeadOptions& options, const LossOptions& loss = {});
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool wants_hidden_states() const;
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty() || wanted.values; }
  std::vector<InitRule> initial_values() const;

  // With the pooler it is Hugging Face's, under the same names.
  void visit(auto&& f) {
    std::visit([&](auto& each) { each.visit(f); }, vectors);
    f("windows", attention);
    f("classifier", classifier);
  }
};

bool wants_pooler(const HeadOptions& options);  // otherwise the model need have none

}  // namespace bertlet::bert
