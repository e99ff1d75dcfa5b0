#pragma once
#include <span>
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

// Names that `name` may be a slip of, the nearest first and at most three: capitals do not count, and a third of the
// letters may be wrong.
std::vector<std::string> nearest(std::string_view name, std::span<const std::string> names);

// ", did you mean --epochs?", or nothing where no name is near.
std::string did_you_mean(std::string_view name, std::span<const std::string> names);

// An error where a name is none of these: "head: got 'tall', want one of: linear mlp".
void require_one_of(std::string_view what, std::string_view name, std::span<const std::string> names);

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
