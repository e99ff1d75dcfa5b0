#pragma once
#include "bert/tasks/item.h"
#include "bert/text/tokenizer/encoding.h"

namespace bertlet::tasks {

// A long text's windows in order, the first one among them.
inline std::vector<text::Encoding> windows_of(text::Encoding first) {
  std::vector<text::Encoding> windows = std::move(first.overflow);
  windows.insert(windows.begin(), std::move(first));
  return windows;
}

// A window becomes the next sequence of an item.
inline void add_window(Item& item, text::Encoding window) {
  item.sequences.push_back({std::move(window.ids), std::move(window.types)});
  item.characters.insert(item.characters.end(), window.characters.begin(), window.characters.end());
}

inline void add_windows(Item& item, text::Encoding first) {
  for (text::Encoding& window : windows_of(std::move(first))) add_window(item, std::move(window));
}

}  // namespace bertlet::tasks
