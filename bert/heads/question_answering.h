#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// Where in the text does the answer begin and end? Two scores for each token; the softmax runs over the tokens of a
// sequence, which with Padding::keep include its pads.
struct QuestionAnswering {
  Model bert;
  Linear qa_outputs;

  struct Logits {
    Tensor start, end;  // [N]
  };

  explicit QuestionAnswering(const Config& config);
  Logits logits(const Encoded& encoded) const;

  // Positions are columns of the caller's [B, T]. Below 0 they mean 0; beyond a sequence's tokens they do not count.
  Tensor loss(const Batch& batch, const Encoded& encoded, const std::vector<int64_t>& start_positions,
              const std::vector<int64_t>& end_positions) const;

  void visit(auto&& f) {
    f("bert", bert);
    f("qa_outputs", qa_outputs);
  }
};

}  // namespace bertlet::bert
