#pragma once
#include <optional>
#include <vector>

#include "core/autograd.h"

namespace bertlet {

struct EmbeddingOptions {
  std::optional<int64_t> padding = {};  // the id whose row gets no gradient
};

// Row ids[i] of table[V, H] becomes row i. The gradient adds up the rows where they came from; where a decoder that
// shares the table has written its own first, not even zeros are filled in.
Tensor embedding(const Tensor& table, std::vector<int64_t> ids, const EmbeddingOptions& options = {});

}  // namespace bertlet
