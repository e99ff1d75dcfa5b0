#pragma once
#include <span>

#include "bert/data/instance.h"
#include "bert/heads/sentences.h"

namespace bertlet::data {

// Cuts a row of instances, given by their lengths, into batches of at most so many tokens; no token is a pad, as
// padding is not computed with. Returns where each batch ends; an instance longer than that is a batch by itself.
//
//   cut_batches({5, 3, 4, 9}, 8);    // {2, 3, 4}: 5 + 3, 4, 9
std::vector<int64_t> cut_batches(std::span<const int64_t> lengths, int64_t tokens);

//   const PretrainingBatch batch = to_batch(instances, tokenizer.pad_id());
//   const bert::Batch packed = bert::pack(batch.inputs);
//   const Tensor loss = model.loss(packed, model.bert(packed, pass), batch.labels);
struct PretrainingBatch {
  bert::Padded inputs;
  bert::PreTraining::Labels labels;  // of an instance without a pair, `next` is −100
};
PretrainingBatch to_batch(std::span<const Instance> instances, int64_t pad_id);

}  // namespace bertlet::data
