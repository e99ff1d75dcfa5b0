#pragma once
#include <vector>

#include "core/autograd.h"
#include "nn/ops/label.h"
#include "nn/ops/reduction.h"

namespace bertlet {

struct CrossEntropyOptions {
  int64_t ignore = no_label;  // rows with this label count nowhere
  Array weights = {};         // of the classes, [C]; if there are none, all weigh 1
  real smoothing = 0;         // this much of the target is spread evenly over all classes
  Reduction reduction = Reduction::mean;
};

// −log softmax(logits)[label] of each row of [N, C]. The mean divides by the weights of the rows' labels, as PyTorch's;
// where no row has a label it is 0, with a warning (core/warning.h).
//
// Logits that nobody holds any more when backward comes become their own gradient: no second [N, C] is made.
Tensor cross_entropy(const Tensor& logits, std::vector<int64_t> labels, const CrossEntropyOptions& options = {});

}  // namespace bertlet
