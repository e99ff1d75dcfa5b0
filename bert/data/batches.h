#pragma once
#include <span>

#include "bert/data/instance.h"
#include "bert/heads/network.h"

namespace bertlet::data {

// Cuts a row of instances, given by their lengths, into batches of at most so many tokens; no token is a pad, as
// padding is not computed with. Returns where each batch ends; an instance longer than that is a batch by itself.
//
//   cut_batches({5, 3, 4, 9}, 8);    // {2, 3, 4}: 5 + 3, 4, 9
std::vector<int64_t> cut_batches(std::span<const int64_t> lengths, int64_t tokens);

//   const PretrainingBatch batch = to_batch(instances);
//   const Tensor loss = model.loss(model.score(batch.rows, pass), batch.rows, batch.wanted);
struct PretrainingBatch {
  bert::Batch rows;
  bert::Wanted wanted;  // labels: the hidden words; next: of an instance without a pair −100
};
PretrainingBatch to_batch(std::span<const Instance> instances);

}  // namespace bertlet::data
