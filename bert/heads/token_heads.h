#pragma once
#include "bert/heads/head.h"
#include "bert/heads/states.h"
#include "nn/sequence/crf.h"

// Heads with scores for each token.
namespace bertlet::bert {

// What is each token? A recurrent layer in both directions may stand below the linear one, and a random field above it,
// which chooses a sequence's labels together, by which ones follow each other.
struct TokenHead : Head {
  States states;
  std::optional<Recurrent> recurrent = {};
  Dropout dropout;
  Linear classifier;
  std::optional<CRF> crf = {};

  TokenHead(const Config& config, const HeadOptions& options);
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;

  // The mean over labels; with a random field that over sequences.
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;
  std::vector<int64_t> decode(const Scored& scored, const Batch& batch, const std::vector<int64_t>& labels) const;

  bool wants_hidden_states() const { return states.wants_hidden_states(); }
  bool labels_rows() const { return true; }
  std::vector<InitRule> initial_values() const;
  std::vector<NamedScores> named(const Scored& scored) const { return {{"logits", scored.scores, true}}; }

  // Without more than a linear layer it is Hugging Face's, under the same names.
  void visit(auto&& f) {
    states.visit(f);
    f("recurrent", recurrent);
    f("classifier", classifier);
    f("crf", crf);
  }
};

// Where in the text does the answer begin and end? Two scores for each token; the softmax runs over the tokens of a
// sequence.
struct AnswerHead : Head {
  Linear qa_outputs;

  explicit AnswerHead(const Config& config) : qa_outputs(config.hidden_size, 2) {}
  Scored score(Encoded encoded, const Batch& batch, Pass& pass, const std::vector<int64_t>& rows = {}) const;

  // A start or an end that is not among the sequence's tokens does not count.
  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;

  bool has_loss(const Wanted& wanted) const { return !wanted.starts.empty() && !wanted.ends.empty(); }
  std::vector<NamedScores> named(const Scored& scored) const;

  void visit(auto&& f) { f("qa_outputs", qa_outputs); }
};

}  // namespace bertlet::bert
