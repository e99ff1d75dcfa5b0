#include "nn/spans.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet {

Spans::Spans(std::span<const int64_t> lengths) {
  int64_t end = 0;
  for (const int64_t length : lengths) {
    require(length >= 0, "Spans: got a length of {}, want none below 0", length);
    ends_.push_back(end += length);
    longest_ = std::max(longest_, length);
  }
}

}  // namespace bertlet
