#include "bert/tasks/tables/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "bert/io/file.h"
#include "bert/io/lines.h"
#include "bert/tasks/tables/row.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::ptrdiff_t most_shown = 3;
constexpr std::size_t longest_compared = 64;

std::optional<double> as_number(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || read != end || !std::isfinite(number)) return {};
  return number;
}

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

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// Labels that `name` may be a slip of, the nearest first.
std::vector<std::string> near_ones(const std::string& name, const std::vector<std::string>& names) {
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
    if (std::ssize(nearest) < most_shown) nearest.push_back(other);
  return nearest;
}

std::string wanted(const std::string& name, const std::vector<std::string>& names) {
  std::vector<std::string> shown = near_ones(name, names);
  if (shown.empty()) shown.assign(names.begin(), names.begin() + std::min(std::ssize(names), most_shown));
  const std::string others = shown.size() < names.size() ? fmt::format(" or another of the {}", names.size()) : "";
  return fmt::format("'{}'{}", joined(shown, "', '"), others);
}

}  // namespace

Labels::Labels(std::vector<std::string> names) : names_(std::move(names)) {
  for (std::int64_t id = 0; id < std::ssize(names_); ++id) {
    const std::string& name = names_[static_cast<std::size_t>(id)];
    require(ids_.emplace(name, id).second, "labels: got '{}' twice, want each once", name);
  }
}

Labels Labels::of(std::span<const std::string> seen) {
  const std::set<std::string> different(seen.begin(), seen.end());
  std::vector<std::string> names(different.begin(), different.end());
  if (std::ranges::all_of(names, [](const std::string& name) { return as_number(name).has_value(); }))
    std::ranges::stable_sort(names, {}, [](const std::string& name) { return *as_number(name); });
  return Labels(std::move(names));
}

Labels Labels::read(const std::filesystem::path& file) {
  const std::string bytes = io::read_file(file);
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  std::int64_t line = 0;
  for (const std::string_view text : io::split_lines(plain_text(bytes, file.string()))) {
    ++line;
    const std::string_view name = without_carriage_return(text);
    const std::string why = is_blank(name) ? "is blank, want a label" : what_is_wrong(name);
    require(why.empty(), "{}:{}: {}", file.string(), line, why);
    require(seen.insert(name).second, "{}:{}: has the label '{}' again", file.string(), line, name);
    names.emplace_back(name);
  }
  return Labels(std::move(names));
}

void Labels::write(const std::filesystem::path& file) const {
  for (const std::string& name : names_)
    require(!is_blank(name) && name.find_first_of("\r\n") == std::string::npos,
            "{}: got the label '{}', want one that is a line", file.string(), name);
  io::write_file(file, fmt::format("{}\n", joined(names_, "\n")));
}

const std::string& Labels::name(std::int64_t id) const {
  require(0 <= id && id < size(), "labels: got the number {}, want 0 to {}", id, size() - 1);
  return names_[static_cast<std::size_t>(id)];
}

std::optional<std::int64_t> Labels::find(const std::string& name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t Labels::id(const std::string& name, const std::string& place) const {
  const std::optional<std::int64_t> id = find(name);
  require(id.has_value(), "{}: got the label '{}', want {}", place, name, id ? "" : wanted(name, names_));
  return *id;
}

double number_of(const std::string& label, const std::string& place) {
  const std::optional<double> number = as_number(label);
  require(number.has_value(), "{}: got the label '{}', want a number", place, label);
  return *number;
}

}  // namespace bertlet::tasks
