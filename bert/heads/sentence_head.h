#pragma once
#include "bert/heads/head.h"
#include "bert/heads/states.h"
#include "nn/sequence/conv1d.h"

namespace bertlet::bert {

// What is this sequence? Classes that exclude each other, several at once, or numbers: config.problem_type. A vector
// for each sequence, and of it the scores; sequences that belong together have their say together.
struct SentenceHead : Head {
  States states = {};                           // that convolutions or a recurrent layer read
  std::vector<Conv1d> convolutions = {};        // cnn: of several widths; of each the largest number over the sequence
  std::optional<Recurrent> recurrent = {};      // lstm, gru
  std::optional<SentenceVectors> pooled = {};   // of the encoder or of the recurrent layer; nothing: its last states
  std::optional<Linear> dense = {};             // mlp: one layer more, with tanh
  Pooling windows = Pooling::mean;              // of the scores
  std::optional<AttentionPool> attention = {};  // of the vectors, in its place
  Dropout dropout;
  Linear classifier;
  Problem problem;

  SentenceHead(const Config& config, const HeadOptions& options);
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool wants_hidden_states() const { return states.wants_hidden_states() || (pooled && pooled->wants_hidden_states()); }
  std::vector<int64_t> reads(const Batch& batch, const std::vector<int64_t>&) const {
    return pooled && !recurrent ? pooled->reads(batch) : std::vector<int64_t>();
  }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty() || wanted.values; }
  std::vector<InitRule> initial_values() const;

  // With the pooler it is Hugging Face's, under the same names.
  void visit(auto&& f) {
    states.visit(f);
    f("convolutions", convolutions);
    f("recurrent", recurrent);
    if (pooled) pooled->visit(f);
    f("dense", dense);
    f("windows", attention);
    f("classifier", classifier);
  }

 private:
  Tensor vectors(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [B, width]
};

bool wants_pooler(const HeadOptions& options);  // otherwise the model need have none

}  // namespace bertlet::bert
