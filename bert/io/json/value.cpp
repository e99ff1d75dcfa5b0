#include "bert/io/json/value.h"

#include <algorithm>
#include <utility>

#include "core/require.h"

namespace bertlet::io {

// --- made ------------------------------------------------------------------------------------------------------------

Json::Json(std::nullptr_t) : value_(nullptr) {}
Json::Json(bool value) : value_(value) {}
Json::Json(int value) : Json(static_cast<long long>(value)) {}
Json::Json(long value) : Json(static_cast<long long>(value)) {}
Json::Json(long long value) : value_(static_cast<int64_t>(value)) {}
Json::Json(unsigned value) : Json(static_cast<unsigned long long>(value)) {}
Json::Json(unsigned long value) : Json(static_cast<unsigned long long>(value)) {}
Json::Json(unsigned long long value) : value_(static_cast<std::uint64_t>(value)) {
  if (std::in_range<int64_t>(value)) value_ = static_cast<int64_t>(value);
}
Json::Json(double value) : value_(value) {}
Json::Json(const char* value) : Json(std::string(value)) {}
Json::Json(std::string_view value) : Json(std::string(value)) {}
Json::Json(std::string value) : value_(std::move(value)) {}

Json::Json(std::initializer_list<Json> values) : Json(array(values)) {
  const auto is_member = [](const Json& pair) { return pair.is_array() && pair.size() == 2 && pair[0].is_string(); };
  if (!std::ranges::all_of(values, is_member)) return;
  *this = object();
  for (const Json& pair : values) (*this)[pair[0].string()] = pair[1];
}

Json Json::array(std::initializer_list<Json> values) {
  Json to;
  to.value_ = std::vector<Json>(values);
  return to;
}

Json Json::object() {
  Json to;
  to.value_ = JsonMembers();
  return to;
}

Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept { value_.swap(other.value_); }
Json& Json::operator=(const Json& other) { return *this = Json(other); }
Json& Json::operator=(Json&& other) noexcept {
  Json taken(std::move(other));  // which may be a part of this one
  value_.swap(taken.value_);
  return *this;
}
Json::~Json() = default;

// --- looked at -------------------------------------------------------------------------------------------------------

const char* Json::type_name() const {
  constexpr const char* names[] = {"null", "boolean", "number", "number", "number", "string", "array", "object"};
  return names[value_.index()];
}

void Json::refuse(std::string_view wanted) const {
  throw Error(fmt::format("JSON: got {}, want {}", summary(), wanted));
}

std::string Json::summary() const {
  if (is_object()) return "an object";
  if (is_array()) return "a list";
  const std::string text = dump({.ascii = true, .mends_strings = true});
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

bool Json::boolean() const {
  if (!is_boolean()) refuse("true or false");
  return std::get<bool>(value_);
}

int64_t Json::integer() const {
  if (!is_integer()) refuse("an integer");
  return std::get<int64_t>(value_);
}

std::uint64_t Json::unsigned_integer() const {
  if (const auto* large = std::get_if<std::uint64_t>(&value_)) return *large;
  if (!is_integer() || integer() < 0) refuse("an integer from 0 on");
  return static_cast<std::uint64_t>(integer());
}

double Json::number() const {
  if (const auto* real_number = std::get_if<double>(&value_)) return *real_number;
  if (const auto* large = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*large);
  if (!is_integer()) refuse("a number");
  return static_cast<double>(std::get<int64_t>(value_));
}

const std::string& Json::string() const {
  if (!is_string()) refuse("a string");
  return std::get<std::string>(value_);
}

const std::vector<Json>& Json::elements() const {
  if (!is_array()) refuse("a list");
  return std::get<std::vector<Json>>(value_);
}

const std::vector<JsonMember>& Json::items() const {
  if (!is_object()) refuse("an object");
  return std::get<JsonMembers>(value_).list();
}

std::size_t Json::size() const {
  if (is_array()) return elements().size();
  if (is_object()) return items().size();
  return is_null() ? 0 : 1;
}

const Json* Json::find(std::string_view key) const {
  return is_object() ? std::get<JsonMembers>(value_).find(key) : nullptr;
}

const Json& Json::at(std::string_view key) const {
  const Json* found = find(key);
  require(found != nullptr, "JSON: '{}' is missing", key);
  return *found;
}

const Json& Json::at(std::size_t index) const {
  const std::vector<Json>& all = elements();
  require(index < all.size(), "JSON: got a list of {}, want an element {}", all.size(), index);
  return all[index];
}

// --- changed ---------------------------------------------------------------------------------------------------------

Json& Json::operator[](std::size_t index) {
  at(index);
  return std::get<std::vector<Json>>(value_)[index];
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) *this = object();
  items();
  return std::get<JsonMembers>(value_).find_or_add(key);
}

Json& Json::push_back(Json value) {
  if (is_null()) *this = array();
  elements();
  return std::get<std::vector<Json>>(value_).emplace_back(std::move(value));
}

Json& Json::back() { return (*this)[elements().size() - 1]; }

void Json::update(const Json& members) {
  for (const auto& [key, value] : members.items()) (*this)[key] = value;
}

void Json::erase(std::string_view key) {
  items();
  std::get<JsonMembers>(value_).erase(key);
}

// --- compared --------------------------------------------------------------------------------------------------------

bool operator==(const Json& a, const Json& b) {
  const bool differ_in_kind = a.value_.index() != b.value_.index();
  return differ_in_kind && a.is_number() && b.is_number() ? a.number() == b.number() : a.value_ == b.value_;
}

}  // namespace bertlet::io
