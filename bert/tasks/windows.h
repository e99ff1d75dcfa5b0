#pragma once
#include <utility>
#include <vector>

#include "bert/text/tokenizer/encoding.h"

namespace bertlet::tasks {

// A long text's windows in order, the first one among them.
inline std::vector<text::Encoding> windows_of(text::Encoding first) {
  std::vector<text::Encoding> windows = std::move(first.overflow);
  windows.insert(windows.begin(), std::move(first));
  return windows;
}

}  // namespace bertlet::tasks
