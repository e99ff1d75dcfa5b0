#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet {

// joined(names, ", "): "a, b, c". It compiles many times faster than fmt::join.
template <class Texts>
std::string joined(const Texts& texts, std::string_view between) {
  std::string whole;
  bool behind_another = false;
  for (const std::string_view text : texts) {
    if (behind_another) whole += between;
    whole += text;
    behind_another = true;
  }
  return whole;
}

// parts_of("a,b,", ','): "a", "b" and "". Of nothing it is one part without anything.
inline std::vector<std::string> parts_of(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
    end = std::min(text.find(between, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
  }
  return parts;
}

}  // namespace bertlet
