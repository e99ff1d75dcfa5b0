#include "bert/tasks/tables/labels.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "bert/io/files/file.h"
#include "bert/tasks/forms/row.h"
#include "core/names.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::ptrdiff_t most_shown = 3;

std::optional<double> finite_number(const std::string& text) {
  const std::optional<double> number = as_number(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::string wanted(const std::string& name, const std::vector<std::string>& names) {
  std::vector<std::string> shown = nearest(name, names);
  if (shown.empty()) shown.assign(names.begin(), names.begin() + std::min(std::ssize(names), most_shown));
  const std::string others = shown.size() < names.size() ? fmt::format(" or another of the {}", names.size()) : "";
  return fmt::format("'{}'{}", joined(shown, "', '"), others);
}

}  // namespace

Labels::Labels(std::vector<std::string> names) : names_(std::move(names)) {
  for (int64_t id = 0; id < std::ssize(names_); ++id) {
    const std::string& name = names_[to_size(id)];
    require(ids_.emplace(name, id).second, "labels: got '{}' twice, want each once", name);
  }
}

Labels Labels::of(std::span<const std::string> seen) {
  const std::set<std::string> different(seen.begin(), seen.end());
  std::vector<std::string> names(different.begin(), different.end());
  if (std::ranges::all_of(names, [](const std::string& name) { return finite_number(name).has_value(); }))
    std::ranges::stable_sort(names, {}, [](const std::string& name) { return *finite_number(name); });
  return Labels(std::move(names));
}

Labels Labels::read(const std::filesystem::path& file) {
  const std::string bytes = io::read_file(file);
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (NumberedLines lines(plain_text(bytes, file.string())); const auto line = lines.next();) {
    const auto [name, number] = *line;
    const std::string why = is_blank(name) ? "is blank, want a label" : what_is_wrong(name);
    require(why.empty(), "{}:{}: {}", file.string(), number, why);
    require(seen.insert(name).second, "{}:{}: has the label '{}' again", file.string(), number, name);
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

const std::string& Labels::name(int64_t id) const {
  require(0 <= id && id < size(), "labels: got the number {}, want 0 to {}", id, size() - 1);
  return names_[to_size(id)];
}

std::optional<int64_t> Labels::find(const std::string& name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

int64_t Labels::id(const std::string& name, const std::string& place) const {
  const std::optional<int64_t> id = find(name);
  require(id.has_value(), "{}: got the label '{}', want {}", place, name, id ? "" : wanted(name, names_));
  return *id;
}

double number_of(const std::string& label, const std::string& place) {
  const std::optional<double> number = finite_number(label);
  require(number.has_value(), "{}: got the label '{}', want a number", place, label);
  return *number;
}

}  // namespace bertlet::tasks
