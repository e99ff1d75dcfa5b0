#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bert/io/json/value.h"

// JSON that comes from outside. A file that is not what it should be is one line: the file, the place, the reason.
//
//   const io::JsonDocument config = io::read_json("config.json");
//   const auto hidden = config.root()["hidden_size"].integer();
//     // error: config.json: hidden_size: got "big", want an integer
namespace bertlet::io {

inline constexpr std::size_t deepest_json = 100;  // levels of nesting

// A value and where it stands. It lives as long as its document.
class JsonPlace {
 public:
  JsonPlace(const Json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  JsonPlace operator[](std::string_view key) const;  // an error if it is not there
  JsonPlace operator[](std::size_t index) const;
  bool has(std::string_view key) const;  // is an object with this key, and not null there
  std::size_t size() const { return value_->size(); }
  std::vector<std::string> keys() const;    // of an object, sorted
  std::vector<JsonPlace> elements() const;  // of a list

  std::string string() const;
  int64_t integer() const;
  double number() const;
  bool boolean() const;
  std::string file_name() const;  // of something beside the file that names it: no path leads elsewhere
  bool is_string() const { return value_->is_string(); }
  bool is_object() const { return value_->is_object(); }
  bool is_array() const { return value_->is_array(); }

  // For what is not there or null.
  std::string string_or(std::string_view key, std::string otherwise) const;
  int64_t integer_or(std::string_view key, int64_t otherwise) const;
  bool boolean_or(std::string_view key, bool otherwise) const;

  const Json& value() const { return *value_; }
  [[noreturn]] void refuse(std::string_view wanted) const;  // … got 3, want `wanted`

 private:
  JsonPlace below(const Json& value, std::string_view step) const;

  const Json* value_;
  std::string where_;  // file: path
};

class JsonDocument {
 public:
  JsonDocument(Json value, std::string name) : value_(std::move(value)), name_(std::move(name)) {}
  JsonPlace root() const { return {value_, name_ + ":"}; }

 private:
  Json value_;
  std::string name_;
};

enum class Repeats { last_counts, refused };  // keys that an object has twice

JsonDocument parse_json(std::string_view text, const std::string& name, Repeats repeats = Repeats::last_counts);
JsonDocument read_json(const std::filesystem::path& file);

}  // namespace bertlet::io
