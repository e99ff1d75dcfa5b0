#pragma once
#include <cstdint>
#include <vector>

#include "core/autograd.h"

namespace bertlet {

inline constexpr int64_t no_label = -100;  // of a row that counts nowhere, as PyTorch has it

// What becomes of a loss per item: its mean, its sum, or each for itself. The mean over no items is 0.
enum class Reduction { mean, sum, none };

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

struct BceOptions {
  Array positive_weights = {};  // broadcast against the logits; above 1 a missed label costs more. If none, all are 1
  Reduction reduction = Reduction::mean;
};

// Binary cross-entropy of sigmoid(logits) with targets between 0 and 1, each label for itself. The mean divides by the
// number of elements.
Tensor bce_with_logits(const Tensor& logits, const Array& targets, const BceOptions& options = {});

// (x − y)², element by element.
Tensor mse(const Tensor& x, const Tensor& y, Reduction reduction = Reduction::mean);

// x · y / (max(|x|, ε) max(|y|, ε)) along the last axis.
Tensor cosine_similarity(const Tensor& x, const Tensor& y, real eps = real(1e-8));

}  // namespace bertlet
