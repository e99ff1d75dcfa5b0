#pragma once
#include "bert/heads/network.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::bert {

// A head is a struct that makes scores of what the encoder gives, and a loss of scores:
//
//   Scored score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows) const;
//   Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;
//
// What is said here holds for most; a head says by itself what is otherwise with it.
struct Head {
  bool wants_hidden_states() const { return false; }
  bool labels_rows() const { return false; }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty(); }
  std::vector<InitRule> initial_values() const { return {}; }
  std::vector<NamedScores> named(const Scored& scored) const { return {{"logits", scored.scores, false}}; }
  std::vector<int64_t> rows_of(const Batch&, const Wanted&) const { return {}; }
  std::vector<int64_t> decode(const Scored&, const Batch&, const std::vector<int64_t>&) const {
    throw Error("decode: got a head that scores no rows, want one for tokens");
  }
};

// The rows of a batch that have a label: a word's first token, for example, and neither [CLS] nor a pad.
struct LabelledRows {
  std::vector<int64_t> rows, labels;

  explicit LabelledRows(const std::vector<int64_t>& of_rows);  // [N], −100 where there is none
  Spans spans(const Spans& sequences) const;                   // of them, in each sequence
};

CrossEntropyOptions cross_entropy_options(const LossOptions& loss);

}  // namespace bertlet::bert
