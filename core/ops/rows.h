#pragma once
#include <vector>

#include "core/autograd.h"

namespace bertlet {

// Row ids[i] of a table becomes row i: an embedding look-up. A row may be asked for many times, or never.
Tensor gather_rows(const Tensor& table, std::vector<int64_t> ids);

// Row i is added to row ids[i] of `rows` rows of zeros: the other way round.
Tensor scatter_rows(const Tensor& x, std::vector<int64_t> ids, int64_t rows);

}  // namespace bertlet
