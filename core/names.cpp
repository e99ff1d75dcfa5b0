#include "core/names.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/require.h"

namespace bertlet {

namespace {

constexpr std::size_t most_shown = 3, longest_compared = 64;

// How many letters must be changed, added or left out to make b of a (Levenshtein's distance), row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string lower(std::string_view text) {
  std::string to(text);
  for (char& c : to)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return to;
}

}  // namespace

std::vector<std::string> nearest(std::string_view name, std::span<const std::string> names) {
  std::vector<std::pair<std::size_t, std::string>> found;
  if (name.size() > longest_compared) return {};
  for (const std::string& other : names) {
    if (other.size() > longest_compared) continue;
    const std::size_t steps = distance(lower(name), lower(other));
    if (steps <= std::max<std::size_t>(1, name.size() / 3)) found.emplace_back(steps, other);
  }
  std::ranges::stable_sort(found, {}, &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> nearest;
  for (const auto& [steps, other] : found)
    if (nearest.size() < most_shown) nearest.push_back(other);
  return nearest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> names) {
  const std::vector<std::string> near = nearest(name, names);
  return near.empty() ? "" : ", did you mean " + near.front() + "?";
}

void require_one_of(std::string_view what, std::string_view name, std::span<const std::string> names) {
  require(std::ranges::find(names, name) != names.end(), "{}: got '{}', want one of: {}", what, name,
          joined(names, " "));
}

}  // namespace bertlet
