#include "bert/options/option.h"

#include <algorithm>

#include "core/mapped.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::options {

namespace {

using io::Json;

struct Value {
  Json operator()(const auto* place) const { return *place; }
  template <class T>
  Json operator()(const std::optional<T>* place) const {
    return *place ? Json(**place) : Json();
  }
  Json operator()(const Word& place) const { return place.get(); }
};

struct IsNumber {
  template <class T>
  bool operator()(const T* /*place*/) const {
    return std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
  }
  template <class T>
  bool operator()(const std::optional<T>* /*place*/) const {
    return true;
  }
  bool operator()(const Word& /*place*/) const { return false; }
};

}  // namespace

std::string Option::key() const {
  std::string key = name;
  std::ranges::replace(key, '-', '_');
  return key;
}

std::string Option::flag() const { return limits.by_place ? name : "--" + name; }

Visitor in_group(const std::string& group, const Visitor& f) {
  return [=](Option option) {
    if (option.limits.group.empty()) option.limits.group = group;
    f(option);
  };
}

const Option& named(const std::vector<Option>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &Option::name);
  require(found != list.end(), "unknown option '{}'{}", name, did_you_mean(name, mapped(list, &Option::name)));
  return *found;
}

Json value_of(const Option& option) { return std::visit(Value(), option.place); }

std::string text_of(const Option& option) {
  const auto text = [&](const Json& value) {
    if (value.is_null()) return option.limits.empty;
    if (value.is_string()) return value.string();
    return value.is_number() && !value.is_whole() ? fmt::format("{}", value.number()) : value.dump();
  };
  const Json value = value_of(option);
  if (!value.is_array()) return text(value);
  std::vector<std::string> parts;
  for (const Json& part : value.elements()) parts.push_back(text(part));
  return joined(parts, ",");
}

bool is_number_list(const Option& option) { return std::holds_alternative<std::vector<int64_t>*>(option.place); }

bool is_list(const Option& option) {
  return is_number_list(option) || std::holds_alternative<std::vector<std::string>*>(option.place);
}

bool is_number(const Option& option) { return std::visit(IsNumber(), option.place); }

Json json_of(const std::vector<Option>& list) {
  Json json = Json::object();
  for (const Option& option : list) json[option.key()] = value_of(option);
  return json;
}

void read(const std::vector<Option>& list, const io::JsonPlace& object) {
  for (const Option& option : list)
    if (object.value().contains(option.key())) set(option, object[option.key()]);
}

}  // namespace bertlet::options
