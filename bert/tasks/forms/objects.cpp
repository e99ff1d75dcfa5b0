#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char* json_space = " \t\r\n";

// The end of a list's element that is at the front: the comma or bracket behind it.
std::size_t element_end(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && depth == 0 && (c == ',' || c == ']'))
      return i;
    else if (!quoted)
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
  }
  return text.size();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(json_space), end = text.find_last_not_of(json_space);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

// A string as it is; anything else as JSON.
std::string cell_of(const io::Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.string() : value.dump();
}

}  // namespace

Objects::Objects(std::string_view text, std::string file) : rest_(text), file_(std::move(file)) {
  const std::size_t begin = rest_.find_first_not_of(json_space);
  is_list_ = begin != std::string_view::npos && rest_[begin] == '[';
  if (is_list_) drop(begin + 1);
}

void Objects::drop(std::size_t count) {
  line_ += std::ranges::count(rest_.substr(0, count), '\n');
  rest_.remove_prefix(std::min(count, rest_.size()));
}

std::string_view Objects::take_line() {
  const std::string_view line = rest_.substr(0, rest_.find('\n'));
  drop(line.size() + 1);
  return line;
}

// Behind the list's last element nothing but blanks may stand.
std::string_view Objects::take_element() {
  const std::size_t end = element_end(rest_);
  const std::string_view element = rest_.substr(0, end);
  require(end < rest_.size(), "{}:{}: the list is not closed", file_, line_);
  const bool is_last = rest_[end] == ']';
  drop(end + 1);
  if (!is_last) return element;
  require(trimmed(rest_).empty(), "{}:{}: something stands behind the list", file_, line_);
  rest_ = {};
  return element;
}

std::string Objects::cut(std::string_view text, std::vector<std::string>& cells) {
  const io::JsonDocument document = io::parse_json(text, "JSON", io::Repeats::refused);
  const io::JsonPlace root = document.root();
  const io::Json& object = root.value();
  if (!object.is_object()) return fmt::format("is {}, want an object", object.type_name());
  if (object.empty()) return "has no keys, want one for each column";
  if (columns_.empty())
    for (const auto& [key, value] : object.items()) columns_.push_back(key);
  for (const std::string& column : columns_) {
    const io::Json* value = object.find(column);
    if (!value) return fmt::format("has no '{}', which the first row has", column);
    cells.push_back(cell_of(*value));
    if (cells.back().find('\0') != std::string::npos) return fmt::format("has a NUL in '{}', want text", column);
  }
  return {};
}

std::optional<Row> Objects::next() {
  while (!rest_.empty()) {
    drop(std::min(rest_.find_first_not_of(json_space), rest_.size()));
    Row row{.line = line_};
    const std::string_view text = trimmed(is_list_ ? take_element() : take_line());
    if (text.empty()) continue;
    row.wrong = what_is_wrong(text);
    try {
      if (row.wrong.empty()) row.wrong = cut(text, row.cells);
    } catch (const Error& error) {
      row.wrong = error.what();
    }
    return row;
  }
  return {};
}

std::vector<std::string> values_of(const std::string& cell) {
  std::vector<std::string> values;
  if (cell.starts_with('[')) {
    const io::JsonDocument list = io::parse_json(cell, "list");
    for (const io::Json& value : list.root().value().elements()) values.push_back(cell_of(value));
    return values;
  }
  if (cell.empty()) return values;
  for (const std::string& part : parts_of(cell, ',')) values.emplace_back(trimmed(part));
  return values;
}

}  // namespace bertlet::tasks
