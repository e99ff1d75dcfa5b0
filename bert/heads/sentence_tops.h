#pragma once
#include <variant>

#include "bert/heads/sentence_vectors.h"
#include "nn/conv1d.h"
#include "nn/recurrent.h"

// What stands on the encoder to give each sequence its scores.
//
//   const SentenceTop top(config, {.head_on_top = "lstm", .pool = "max", .layers = "mixed"});
//   const Encoded encoded = model(batch, pass, {.hidden_states = top.wants_hidden_states()});
//   const Tensor scores = top(batch, encoded, pass);  // [B, labels]
namespace bertlet::bert {

struct TopOptions {
  std::string head_on_top = "linear";  // linear mlp cnn lstm gru
  std::string layers = "last";         // what it looks at: last, mixed, or the number of a layer; 0: the embeddings
  std::string pool = {};               // how rows become one; if not given, the first name in the list of the head
  int64_t width = 0;                   // mlp: of the layer between, H; cnn: of each kernel, 100; lstm, gru: of a
                                       // direction, H / 2. 0: what is said here
  std::vector<int64_t> kernels = {3, 4, 5};  // cnn: rows that each looks at
};

std::vector<std::string> top_names();
std::vector<std::string> pools_of_top(const std::string& head_on_top);
bool wants_pooler(const TopOptions& options);  // otherwise the model need have none

// The hidden states that a head looks at.
struct States {
  std::optional<int64_t> layer = {};
  std::optional<LayerMix> mix = {};

  States(const std::string& layers, const Config& config);
  Tensor operator()(const Encoded& encoded) const;  // [N, H]
  bool wants_hidden_states() const { return layer || mix; }

  void visit(auto&& f) { f("mix", mix); }
};

// A row for each sequence, learned or not.
struct SentenceVectors {
  States states;
  SentencePool pool = SentencePool::mean;
  std::optional<AttentionPool> attention = {};  // in its place

  SentenceVectors(const std::string& pool, const std::string& layers, const Config& config);
  Tensor operator()(const Batch& batch, const Encoded& encoded) const;  // [B, H]
  bool wants_hidden_states() const;

  void visit(auto&& f) {
    states.visit(f);
    f("attention", attention);
  }
};

// With the pooler this is SequenceClassification, under the same names.
struct LinearTop {
  SentenceVectors vectors;
  Dropout dropout;
  Linear classifier;

  LinearTop(const Config& config, const TopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;
  bool wants_hidden_states() const { return vectors.wants_hidden_states(); }

  void visit(auto&& f) {
    vectors.visit(f);
    f("classifier", classifier);
  }
};

// One layer more, with tanh.
struct MlpTop {
  SentenceVectors vectors;
  Dropout dropout;
  Linear dense, classifier;

  MlpTop(const Config& config, const TopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;
  bool wants_hidden_states() const { return vectors.wants_hidden_states(); }

  void visit(auto&& f) {
    vectors.visit(f);
    f("dense", dense);
    f("classifier", classifier);
  }
};

// Convolutions of several widths, and of each the largest number over the sequence.
struct ConvolutionTop {
  States states;
  std::vector<Conv1d> convolutions;
  Dropout dropout;
  Linear classifier;

  ConvolutionTop(const Config& config, const TopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;
  bool wants_hidden_states() const { return states.wants_hidden_states(); }

  void visit(auto&& f) {
    states.visit(f);
    f("convolutions", convolutions);
    f("classifier", classifier);
  }
};

// A recurrent layer in both directions, and of it the last states or its rows pooled.
template <class Recurrent>
struct RecurrentTop {
  States states;
  Recurrent recurrent;
  std::optional<SentencePool> pool = {};
  std::optional<AttentionPool> attention = {};
  Dropout dropout;
  Linear classifier;

  RecurrentTop(const Config& config, const TopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;
  bool wants_hidden_states() const { return states.wants_hidden_states(); }

  void visit(auto&& f) {
    states.visit(f);
    f("recurrent", recurrent);
    f("attention", attention);
    f("classifier", classifier);
  }
};

// One of them, by name.
struct SentenceTop {
  std::variant<LinearTop, MlpTop, ConvolutionTop, RecurrentTop<LSTM>, RecurrentTop<GRU>> top;

  SentenceTop(const Config& config, const TopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [B, labels]
  bool wants_hidden_states() const;

  void visit(auto&& f) {
    std::visit([&](auto& each) { each.visit(f); }, top);
  }
};

}  // namespace bertlet::bert
