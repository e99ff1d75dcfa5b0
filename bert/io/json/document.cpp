#include "bert/io/json/document.h"

#include <algorithm>
#include <utility>

#include "bert/io/files/file.h"
#include "core/require.h"

namespace bertlet::io {

JsonPlace JsonPlace::below(const Json& value, std::string_view step) const {
  return {value, fmt::format("{}{}{}", where_, where_.ends_with(':') ? " " : ".", step)};
}

void JsonPlace::refuse(std::string_view wanted) const {
  throw Error(fmt::format("{}{} got {}, want {}", where_, where_.ends_with(':') ? "" : ":", value_->summary(), wanted));
}

JsonPlace JsonPlace::operator[](std::string_view key) const {
  if (!value_->is_object()) refuse("an object");
  const Json* found = value_->find(key);
  require(found != nullptr, "{}{} '{}' is missing", where_, where_.ends_with(':') ? "" : ":", key);
  return below(*found, key);
}

JsonPlace JsonPlace::operator[](std::size_t index) const {
  if (!value_->is_array()) refuse("a list");
  if (index >= value_->size()) refuse(fmt::format("a list of at least {}", index + 1));
  return below((*value_)[index], fmt::format("[{}]", index));
}

bool JsonPlace::has(std::string_view key) const {
  const Json* found = value_->find(key);
  return found != nullptr && !found->is_null();
}

std::vector<std::string> JsonPlace::keys() const {
  if (!value_->is_object()) refuse("an object");
  std::vector<std::string> keys;
  for (const auto& [key, value] : value_->items()) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

std::vector<JsonPlace> JsonPlace::elements() const {
  if (!value_->is_array()) refuse("a list");
  std::vector<JsonPlace> places;
  for (std::size_t i = 0; i < size(); ++i) places.push_back((*this)[i]);
  return places;
}

std::string JsonPlace::string() const {
  if (!value_->is_string()) refuse("a string");
  return value_->string();
}

std::string JsonPlace::file_name() const {
  const std::filesystem::path path = string();
  const bool plain = !path.empty() && path == path.filename() && path != "." && path != "..";
  if (!plain || string().find('\0') != std::string::npos) refuse("the name of a file or folder beside this one");
  return string();
}

int64_t JsonPlace::integer() const {
  if (!value_->is_integer()) refuse("an integer");
  return value_->integer();
}

double JsonPlace::number() const {
  if (!value_->is_number()) refuse("a number");
  return value_->number();
}

bool JsonPlace::boolean() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->boolean();
}

std::string JsonPlace::string_or(std::string_view key, std::string otherwise) const {
  return has(key) ? (*this)[key].string() : std::move(otherwise);
}

int64_t JsonPlace::integer_or(std::string_view key, int64_t otherwise) const {
  return has(key) ? (*this)[key].integer() : otherwise;
}

bool JsonPlace::boolean_or(std::string_view key, bool otherwise) const {
  return has(key) ? (*this)[key].boolean() : otherwise;
}

JsonDocument read_json(const std::filesystem::path& file) { return parse_json(read_file(file), file.string()); }

}  // namespace bertlet::io
