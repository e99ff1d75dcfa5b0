#pragma once
#include "bert/heads/sentence_tops.h"
#include "nn/crf.h"

namespace bertlet::bert {

struct TokenTopOptions {
  std::string head_on_top = "linear";  // linear lstm gru; the recurrent ones in both directions, below the linear layer
  std::string layers = "last";         // as in TopOptions
  int64_t width = 0;                   // lstm, gru: of a direction; 0: H / 2
  bool crf = false;                    // labels are chosen together, by which ones follow each other
};

// The rows of a batch that have a label: a word's first token, for example, and neither [CLS] nor a pad.
struct LabelledRows {
  std::vector<int64_t> rows;
  Spans spans;  // of them, in each sequence

  LabelledRows(const Batch& batch, const std::vector<bool>& has_label);  // [N]
  LabelledRows(const Batch& batch, const std::vector<int64_t>& labels,
               int64_t ignored = no_label);  // [N], as of pack_labels
};

// Scores for the label of each token, and the labels.
//
//   const TokenTop top(config, {.head_on_top = "lstm", .crf = true});
//   const Tensor scores = top(batch, encoded, pass);                     // [N, labels]
//   backward(top.loss(scores, batch, pack_labels(batch, labels)));
//   const std::vector<int64_t> best = top.decode(scores.value(), LabelledRows(batch, begins_a_word));
struct TokenTop {
  States states;
  std::optional<LSTM> lstm = {};
  std::optional<GRU> gru = {};
  Dropout dropout;
  Linear classifier;
  std::optional<CRF> crf = {};

  TokenTop(const Config& config, const TokenTopOptions& options);
  Tensor operator()(const Batch& batch, const Encoded& encoded, Pass& pass) const;  // [N, labels]

  // Labels [N], −100 where there is none. Without a random field the mean over labels, with one over sequences.
  Tensor loss(const Tensor& scores, const Batch& batch, const std::vector<int64_t>& labels) const;

  // The best label of each of the rows.
  std::vector<int64_t> decode(const Array& scores, const LabelledRows& rows) const;

  bool wants_hidden_states() const { return states.wants_hidden_states(); }

  // Without more than a linear layer this is TokenClassification, under the same names.
  void visit(auto&& f) {
    states.visit(f);
    f("recurrent", lstm);
    f("recurrent", gru);
    f("classifier", classifier);
    f("crf", crf);
  }
};

std::vector<std::string> token_top_names();

}  // namespace bertlet::bert
