#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A value of JSON, as a tree.
//
//   io::Json line{{"epoch", 1}, {"loss", 0.5}};     // pairs that begin with a string: an object
//   line["labels"] = {"yes", "no"};                 // any other list
//   for (const auto& [key, value] : line.items()) … // in the order in which keys came
//   line.dump();                                    // {"epoch":1,"loss":0.5,"labels":["yes","no"]}
namespace bertlet::io {

class Json;
struct JsonMember;

// The members of an object in the order in which they came. Where they are many, a hash table finds them.
class JsonMembers {
 public:
  const std::vector<JsonMember>& list() const { return list_; }
  const Json* find(std::string_view key) const;
  Json& find_or_add(std::string_view key);
  void erase(std::string_view key);
  friend bool operator==(const JsonMembers& a, const JsonMembers& b);  // in any order

 private:
  std::size_t index(std::string_view key) const;  // size of the list if it is not there
  std::size_t slot(std::string_view key) const;   // where the table has it, or would have it
  void fill_table();

  std::vector<JsonMember> list_;
  std::vector<std::uint32_t> table_;  // places in the list, counted from 1; 0: free
};

// How a value is written.
struct JsonForm {
  int indent = -1;             // of each level; -1: all in one line
  bool ascii = false;          // other characters are \u00e4 and so on
  bool mends_strings = false;  // what is not UTF-8 becomes U+FFFD; otherwise it is an error
};

template <class T>
concept JsonList = requires(const T& list) {
  list.begin() != list.end();
}
&&!std::convertible_to<T, std::string>;

class Json {
 public:
  Json(std::nullptr_t = nullptr);
  Json(bool value);
  Json(int value);
  Json(long value);
  Json(long long value);
  Json(unsigned value);
  Json(unsigned long value);
  Json(unsigned long long value);
  Json(double value);
  Json(const char* value);
  Json(std::string_view value);
  Json(std::string value);
  Json(const void*) = delete;
  Json(std::initializer_list<Json> values);
  template <JsonList T>  // vectors, sets, and maps by name
  Json(const T& values);

  static Json array(std::initializer_list<Json> values = {});
  static Json object();

  Json(const Json& other);
  Json(Json&& other) noexcept;  // null stays behind
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_boolean() const { return std::holds_alternative<bool>(value_); }
  bool is_whole() const { return is_integer() || std::holds_alternative<std::uint64_t>(value_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(value_); }
  bool is_number() const { return is_whole() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<std::vector<Json>>(value_); }
  bool is_object() const { return std::holds_alternative<JsonMembers>(value_); }
  const char* type_name() const;

  // An error if it is something else.
  bool boolean() const;
  int64_t integer() const;
  std::uint64_t unsigned_integer() const;
  double number() const;
  const std::string& string() const;
  const std::vector<Json>& elements() const;
  const std::vector<JsonMember>& items() const;

  std::size_t size() const;  // 0 for null, 1 for what has no parts
  bool empty() const { return size() == 0; }

  // An error if it is not there.
  const Json& at(std::string_view key) const;
  const Json& at(std::size_t index) const;
  const Json& operator[](std::string_view key) const { return at(key); }
  const Json& operator[](std::size_t index) const { return at(index); }
  Json& operator[](std::size_t index);

  const Json* find(std::string_view key) const;  // nullptr if it is not there, or this is no object
  bool contains(std::string_view key) const { return find(key) != nullptr; }

  // Null becomes an object or array by being added to.
  Json& operator[](std::string_view key);  // which is null if it is new
  Json& push_back(Json value);
  Json& back();
  void update(const Json& members);
  void erase(std::string_view key);

  // Objects are equal in any order, numbers by what they are worth.
  friend bool operator==(const Json& a, const Json& b);

  std::string summary() const;  // for messages: a few characters of it, or "an object"
  std::string dump(int indent = -1) const { return dump(JsonForm{.indent = indent}); }
  std::string dump(const JsonForm& form) const;

 private:
  // A whole number is unsigned only where no int64_t holds it.
  using Value =
      std::variant<std::nullptr_t, bool, int64_t, std::uint64_t, double, std::string, std::vector<Json>, JsonMembers>;

  [[noreturn]] void refuse(std::string_view wanted) const;

  Value value_;
};

struct JsonMember {
  std::string key;
  Json value;
};

template <JsonList T>
Json::Json(const T& values) : Json(array()) {
  if constexpr (requires { std::string_view(values.begin()->first); }) {
    *this = object();
    for (const auto& [key, value] : values) (*this)[key] = value;
  } else {
    for (const auto& value : values) push_back(value);
  }
}

}  // namespace bertlet::io
