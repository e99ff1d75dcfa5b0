#pragma once
#include <string>

#include "core/tensor.h"

namespace bertlet {

// The recorded graph behind a tensor as indented text: each operation with its shape and the arrays it keeps for
// backward, below it where it came from. What was told already is named by its number; after `most` lines it stops and
// says so.
//
//   #1 mul [3], keeps #2 and #3
//     #2 parameter [3]
//     #3 constant [3]
std::string describe(const Tensor& y, int most = 1000);

// The same as a Graphviz graph, for `dot -Tsvg`.
std::string to_dot(const Tensor& y);

}  // namespace bertlet
