#pragma once
#include <vector>

#include "core/autograd.h"

namespace bertlet {

// Row ids[i] of a table becomes row i: an embedding look-up. A row may be asked for many times, or never.
Tensor gather_rows(const Tensor& table, std::vector<int64_t> ids);

// Row i is added to row ids[i] of `rows` rows of zeros: the other way round.
Tensor scatter_rows(const Tensor& x, std::vector<int64_t> ids, int64_t rows);

// On arrays; ids are checked first. Rows of x whose id is `skipped` are added nowhere.
void require_ids(const char* operation, const std::vector<int64_t>& ids, int64_t rows);
Array gathered(const char* operation, const Array& table, const std::vector<int64_t>& ids);
void add_rows(const Array& x, const std::vector<int64_t>& ids, real* y, int64_t skipped = -1);

}  // namespace bertlet
