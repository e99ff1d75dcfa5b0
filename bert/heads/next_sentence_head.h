#pragma once
#include "bert/heads/head.h"

namespace bertlet::bert {

// Does the second sentence follow the first? Class 0: it does, class 1: it is from elsewhere.
struct NextSentenceHead : Head {
  Linear seq_relationship;

  explicit NextSentenceHead(const Config& config) : seq_relationship(config.hidden_size, 2) {}

  Scored score(Encoded encoded, const Batch&, Pass&, const std::vector<int64_t>& = {}) const {
    const Tensor scores = seq_relationship(encoded.pooler_output);  // [B, 2]
    return {.encoded = std::move(encoded), .scores = scores, .next = scores};
  }

  // Hugging Face calls its labels "labels" too; "next_sentence_label" is what the pre-training head calls them.
  Tensor loss(const Scored& scored, const Batch&, const Wanted& wanted) const {
    return cross_entropy(scored.next, wanted.labels.empty() ? wanted.next : wanted.labels);
  }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty() || !wanted.next.empty(); }

  void visit(auto&& f) { f("cls.seq_relationship", seq_relationship); }
};

}  // namespace bertlet::bert
