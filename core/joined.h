#pragma once
#include <string>
#include <string_view>

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

}  // namespace bertlet
