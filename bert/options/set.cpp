// What an option may be, and how it is set.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>

#include "bert/options/option.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::options {

namespace {

using io::Json;

struct Bounds {
  double least, most;
  bool hold(double value) const { return least <= value && value <= most; }
};

template <std::integral T>
Bounds bounds_of(const Limits& limits, T /*type*/) {
  const auto smallest = static_cast<double>(std::numeric_limits<T>::min());
  const auto largest = static_cast<double>(std::numeric_limits<T>::max());
  return {std::max(limits.least.value_or(1), smallest), std::min(limits.most.value_or(0x1p31), largest)};
}
Bounds bounds_of(const Limits& limits, double /*type*/) {
  return {limits.least.value_or(0), limits.most.value_or(1e9)};
}

std::string from_to(const char* what, const Bounds& bounds) {
  if (std::isinf(bounds.most)) return fmt::format("{} from {}", what, bounds.least);
  return bounds.most > 1e15 ? fmt::format("{} from {:.0f}", what, bounds.least)
                            : fmt::format("{} from {} to {}", what, bounds.least, bounds.most);
}

// What a place may hold, in words.
struct Allowed {
  const Limits& limits;

  std::string operator()(const bool* /*place*/) const { return "true or false"; }
  std::string operator()(const double* /*place*/) const { return from_to("a number", bounds_of(limits, 0.0)); }
  template <std::integral T>
  std::string operator()(const T* /*place*/) const {
    return from_to("a whole number", bounds_of(limits, T()));
  }
  std::string operator()(const std::string* /*place*/) const {
    return limits.values.empty() ? "a string" : "one of: " + joined(limits.values, ", ");
  }
  template <class T>
  std::string operator()(const std::optional<T>* /*place*/) const {
    const std::string value = (*this)(static_cast<const T*>(nullptr));
    return limits.empty.empty() ? value : limits.empty + " or " + value;
  }
  template <class T>
  std::string operator()(const std::vector<T>* /*place*/) const {
    return "a list, each part " + (*this)(static_cast<const T*>(nullptr));
  }
  std::string operator()(const Word& /*place*/) const { return (*this)(static_cast<const std::string*>(nullptr)); }
};

std::string allowed(const Option& option) { return std::visit(Allowed{option.limits}, option.place); }

// Puts a value into a place if it is allowed there.
struct Take {
  const Limits& limits;
  const Json& value;

  bool operator()(bool* to) const {
    if (!value.is_boolean()) return false;
    *to = value.boolean();
    return true;
  }
  bool operator()(double* to) const {
    if (!value.is_number() || !std::isfinite(value.number()) || !bounds_of(limits, 0.0).hold(value.number()))
      return false;
    *to = value.number();
    return true;
  }
  template <std::integral T>
  bool operator()(T* to) const {
    if (!value.is_whole() || !bounds_of(limits, T()).hold(value.number())) return false;
    if (value.is_integer())
      *to = static_cast<T>(value.integer());
    else if (!std::is_same_v<T, std::uint64_t>)
      return false;
    else
      *to = static_cast<T>(value.unsigned_integer());
    return true;
  }
  bool names_one() const {
    return value.is_string() && (limits.values.empty() || value.string().empty() ||
                                 std::ranges::find(limits.values, value.string()) != limits.values.end());
  }
  bool operator()(std::string* to) const {
    if (!names_one()) return false;
    *to = value.string();
    return true;
  }
  bool operator()(const Word& to) const {
    if (!names_one() || value.string().empty()) return false;
    to.set(value.string());
    return true;
  }
  template <class T>
  bool operator()(std::optional<T>* to) const {
    T read = {};
    if (value.is_null()) return to->reset(), true;
    if (!(*this)(&read)) return false;
    *to = read;
    return true;
  }
  template <class T>
  bool operator()(std::vector<T>* to) const {
    if (!value.is_array()) return false;
    std::vector<T> read;
    for (const Json& part : value.elements())
      if (!Take{limits, part}(&read.emplace_back())) return false;
    *to = std::move(read);
    return true;
  }
};

bool take(const Option& option, const Json& value) { return std::visit(Take{option.limits, value}, option.place); }

template <class Number>
Json number_from(const std::string& text) {
  Number number = {};
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && read == end ? Json(number) : Json(text);
}

// A word of the command line as the value that it spells, or as the string that it is.
struct Parse {
  const Limits& limits;
  const std::string& text;

  Json operator()(const bool* /*place*/) const {
    return text == "true" || text == "false" ? Json(text == "true") : Json(text);
  }
  Json operator()(const double* /*place*/) const { return number_from<double>(text); }
  Json operator()(const std::uint64_t* /*place*/) const { return number_from<std::uint64_t>(text); }
  template <std::integral T>
  Json operator()(const T* /*place*/) const {
    return number_from<int64_t>(text);
  }
  Json operator()(const std::string* /*place*/) const { return text; }
  template <class T>
  Json operator()(const std::optional<T>* /*place*/) const {
    if (!limits.empty.empty() && text == limits.empty) return nullptr;
    return (*this)(static_cast<const T*>(nullptr));
  }
  template <class T>
  Json operator()(const std::vector<T>* /*place*/) const {
    return (*this)(static_cast<const T*>(nullptr));
  }
  Json operator()(const Word& /*place*/) const { return text; }
};

Json parsed(const Option& option, const std::string& text) {
  return std::visit(Parse{option.limits, text}, option.place);
}

[[noreturn]] void refuse(const Option& option, const std::string& got) {
  throw Error(fmt::format("{}: got '{}', want {}", option.flag(), got, allowed(option)));
}

}  // namespace

void set(const Option& option, const io::JsonPlace& value) {
  if (!take(option, value.value())) value.refuse(allowed(option));
}

void set(const Option& option, const std::vector<std::string>& texts) {
  if (!is_list(option)) {
    if (texts.empty() || (texts.back().empty() && !option.limits.values.empty())) refuse(option, "");
    if (!take(option, parsed(option, texts.back()))) refuse(option, texts.back());
    return;
  }
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(parsed(option, text));
  if (!take(option, list)) refuse(option, joined(texts, ","));
}

void set(const Option& option, const std::string& text) {
  set(option, is_list(option) ? parts_of(text, ',') : std::vector<std::string>{text});
}

void check(const Option& option) {
  if (!take(option, value_of(option))) refuse(option, text_of(option));
}

}  // namespace bertlet::options
