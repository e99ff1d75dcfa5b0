#pragma once
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

// The other way round: parts_of("a,b,", ',') is a, b and one that is empty.
inline std::vector<std::string> parts_of(std::string_view text, char between) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == between)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

}  // namespace bertlet
