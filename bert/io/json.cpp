#include "bert/io/json.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "bert/io/file.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

// nlohmann::json's own message is several lines with a number of its own; the reason stands at its end.
std::string reason(const nlohmann::json::exception& error) {
  std::string text = error.what();
  if (const std::size_t at = text.find("syntax error"); at != std::string::npos) text = text.substr(at);
  return text;
}

std::string line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte == 0 ? 0 : byte - 1));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", std::ranges::count(before, '\n') + 1, before.size() - line_begin + 1);
}

std::string shortened(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

}  // namespace

JsonPlace JsonPlace::below(const Json& value, std::string_view step) const {
  return {value, fmt::format("{}{}{}", where_, where_.ends_with(':') ? " " : ".", step)};
}

void JsonPlace::refuse(std::string_view wanted) const {
  throw Error(
      fmt::format("{}{} got {}, want {}", where_, where_.ends_with(':') ? "" : ":", shortened(*value_), wanted));
}

JsonPlace JsonPlace::operator[](std::string_view key) const {
  if (!value_->is_object()) refuse("an object");
  const auto found = value_->find(std::string(key));
  require(found != value_->end(), "{}{} '{}' is missing", where_, where_.ends_with(':') ? "" : ":", key);
  return below(*found, key);
}

JsonPlace JsonPlace::operator[](std::size_t index) const {
  if (!value_->is_array()) refuse("a list");
  if (index >= value_->size()) refuse(fmt::format("a list of at least {}", index + 1));
  return below((*value_)[index], fmt::format("[{}]", index));
}

bool JsonPlace::has(std::string_view key) const {
  if (!value_->is_object()) return false;
  const auto found = value_->find(std::string(key));
  return found != value_->end() && !found->is_null();
}

std::vector<std::string> JsonPlace::keys() const {
  if (!value_->is_object()) refuse("an object");
  std::vector<std::string> keys;
  for (const auto& [key, value] : value_->items()) keys.push_back(key);
  return keys;
}

std::string JsonPlace::string() const {
  if (!value_->is_string()) refuse("a string");
  return value_->get<std::string>();
}

std::int64_t JsonPlace::integer() const {
  const bool fits = value_->is_number_integer() &&
                    (!value_->is_number_unsigned() || value_->get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (!fits) refuse("an integer");
  return value_->get<std::int64_t>();
}

double JsonPlace::number() const {
  if (!value_->is_number()) refuse("a number");
  return value_->get<double>();
}

bool JsonPlace::boolean() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

std::string JsonPlace::string_or(std::string_view key, std::string otherwise) const {
  return has(key) ? (*this)[key].string() : std::move(otherwise);
}

std::int64_t JsonPlace::integer_or(std::string_view key, std::int64_t otherwise) const {
  return has(key) ? (*this)[key].integer() : otherwise;
}

bool JsonPlace::boolean_or(std::string_view key, bool otherwise) const {
  return has(key) ? (*this)[key].boolean() : otherwise;
}

JsonDocument parse_json(std::string_view text, const std::string& name, Repeats repeats) {
  std::array<std::set<std::string>, deepest_json + 2> keys;  // seen so far in the object of each level
  const auto bounded = [&](int depth, Json::parse_event_t event, Json& parsed) {
    require(depth <= deepest_json, "{}: is nested deeper than {} levels", name, deepest_json);
    if (repeats == Repeats::last_counts) return true;
    auto& here = keys[static_cast<std::size_t>(depth)];
    if (event == Json::parse_event_t::object_end) keys[static_cast<std::size_t>(depth) + 1].clear();
    if (event == Json::parse_event_t::key)
      require(here.insert(parsed.get<std::string>()).second, "{}: has '{}' twice", name, parsed.get<std::string>());
    return true;
  };
  try {
    return {Json::parse(text, bounded), name};
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(fmt::format("{}: {}: {}", name, line_and_column(text, error.byte), reason(error)));
  } catch (const nlohmann::json::exception& error) {  // a number that is too large
    throw Error(fmt::format("{}: {}", name, reason(error)));
  }
}

JsonDocument read_json(const std::filesystem::path& file) { return parse_json(read_file(file), file.string()); }

}  // namespace bertlet::io
