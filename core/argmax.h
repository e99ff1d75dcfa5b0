#pragma once
#include <span>
#include <vector>

#include "core/array.h"

namespace bertlet {

// Where the largest number is, the first of them if there are several.
int64_t argmax(std::span<const real> numbers);
std::vector<int64_t> argmax_of_rows(const Array& x);  // [N, C]: one for each row

}  // namespace bertlet
