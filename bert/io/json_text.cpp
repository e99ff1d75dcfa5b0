// JSON as text: the one place where the library that reads and writes it is seen.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "bert/io/json.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

// --- read ------------------------------------------------------------------------------------------------------------

// The parser's own message begins with a number of its own, and with the place if it knows one:
// "[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while …"
std::string reason(const nlohmann::json::exception& error) {
  const std::string text = error.what();
  const std::size_t number = text.find("] "), place = text.find(", column ");
  if (place != std::string::npos) return text.substr(text.find(": ", place) + 2);
  return number == std::string::npos ? text : text.substr(number + 2);
}

std::string line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte == 0 ? 0 : byte - 1));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", std::ranges::count(before, '\n') + 1, before.size() - line_begin + 1);
}

// Takes what the parser meets, under the parser's names, and makes a tree of it.
class Tree {
 public:
  Tree(const std::string& name, Repeats repeats) : name_(name), repeats_(repeats) {}

  Json root;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string& /*text*/) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }  // not in a text

  bool start_object(std::size_t /*size*/) { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const std::string& key) {
    check_depth();
    Json& object = *open_.back();
    require(repeats_ == Repeats::last_counts || !object.contains(key), "{}: has '{}' twice", name_, key);
    member_ = &object[key];
    return true;
  }

  template <class E>
  bool parse_error(std::size_t /*byte*/, const std::string& /*token*/, const E& error) {
    throw error;
  }

 private:
  void check_depth() const {
    require(open_.size() <= deepest_json, "{}: is nested deeper than {} levels", name_, deepest_json);
  }
  template <class T>
  Json& place(T value) {
    check_depth();
    if (!open_.empty() && open_.back()->is_array()) return open_.back()->push_back(std::move(value));
    return (open_.empty() ? root : *member_) = std::move(value);
  }
  template <class T>
  bool add(T value) {
    place(std::move(value));
    return true;
  }
  bool open(Json empty) {
    open_.push_back(&place(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& name_;
  const Repeats repeats_;
  std::vector<Json*> open_;  // from the root down
  Json* member_ = nullptr;   // whose value comes next
};

// --- written ---------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(const JsonForm& form) : form_(form) {}

  void write(const Json& value) {
    if (value.is_array())
      write_parts('[', value.elements(), ']', [this](const Json& element) { write(element); });
    else if (value.is_object())
      write_parts('{', value.items(), '}', [this](const JsonMember& member) { write_member(member); });
    else if (value.is_string())
      write_string(value.string());
    else
      write_plain(value);
  }

  std::string text;

 private:
  void write_member(const JsonMember& member) {
    write_string(member.key);
    text += form_.indent < 0 ? ":" : ": ";
    write(member.value);
  }

  // Most strings are themselves between quotes.
  void write_string(const std::string& string) {
    const auto is_itself = [](char c) { return ' ' <= c && c <= '~' && c != '"' && c != '\\'; };
    if (std::ranges::all_of(string, is_itself))
      text.append(1, '"').append(string).append(1, '"');
    else
      text += quoted(string);
  }

  std::string quoted(const std::string& string) const {
    using Handler = nlohmann::json::error_handler_t;
    try {
      return nlohmann::json(string).dump(-1, ' ', form_.ascii,
                                         form_.mends_strings ? Handler::replace : Handler::strict);
    } catch (const nlohmann::json::exception& error) {
      throw Error(fmt::format("JSON: {}", error.what()));
    }
  }

  void write_plain(const Json& value) {
    if (value.is_null())
      text += "null";
    else if (value.is_boolean())
      text += value.boolean() ? "true" : "false";
    else if (value.is_integer())
      text += fmt::format_int(value.integer()).c_str();
    else
      text += value.is_whole() ? fmt::format("{}", value.unsigned_integer()) : nlohmann::json(value.number()).dump();
  }

  template <class Parts, class WriteOne>
  void write_parts(char begin, const Parts& parts, char end, const WriteOne& write_one) {
    text += begin;
    ++level_;
    for (const auto& part : parts) {
      if (&part != parts.data()) text += ',';
      new_line();
      write_one(part);
    }
    --level_;
    if (!parts.empty()) new_line();
    text += end;
  }

  void new_line() {
    if (form_.indent >= 0) text.append(1, '\n').append(static_cast<std::size_t>(form_.indent * level_), ' ');
  }

  const JsonForm& form_;
  int level_ = 0;
};

}  // namespace

JsonDocument parse_json(std::string_view text, const std::string& name, Repeats repeats) {
  Tree tree(name, repeats);
  try {
    nlohmann::json::sax_parse(text, &tree);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(fmt::format("{}: {}: {}", name, line_and_column(text, error.byte), reason(error)));
  } catch (const nlohmann::json::exception& error) {  // a number that is too large
    throw Error(fmt::format("{}: {}", name, reason(error)));
  }
  return {std::move(tree.root), name};
}

std::string Json::dump(const JsonForm& form) const {
  Writer writer(form);
  writer.write(*this);
  return std::move(writer.text);
}

}  // namespace bertlet::io
