#pragma once
#include <span>

#include "bert/data/masking.h"
#include "bert/heads/sentences.h"

namespace bertlet::data {

// One example of pre-training: two sentences with gaps.
struct Example {
  text::Encoding encoding;  // [CLS] a [SEP] b [SEP], after masking
  std::vector<Gap> gaps;
  bool follows;  // whether b comes after a in the text
};

//   const Examples batch = assemble(examples);
//   const Tensor loss = model.loss(batch.inputs, model.bert(batch.inputs, pass), batch.labels);
struct Examples {
  bert::Batch inputs;
  bert::PreTraining::Labels labels;
};
Examples assemble(std::span<const Example> examples);

}  // namespace bertlet::data
