#pragma once
#include <optional>

#include "bert/io/json/document.h"
#include "bert/tasks/forms/row.h"

namespace bertlet::tasks {

// Cuts a JSON list of objects, or lines that are an object each, into objects. A copy reads ahead.
class Objects {
 public:
  Objects(std::string_view text, std::string file);

  struct Result {
    std::int64_t line = 0;
    io::Json object = {};
    std::string wrong = {};  // why it cannot be read; empty: it can
  };
  std::optional<Result> next();  // nothing at the end
  std::size_t left() const { return rest_.size(); }
  bool is_list() const { return is_list_; }

 private:
  std::string_view take_line();
  std::string_view take_element();
  void drop(std::size_t count);  // characters, of which line ends are counted

  std::string_view rest_;
  std::string file_;
  bool is_list_ = false;
  std::int64_t line_ = 1;  // of rest_
};

// A string as it is; anything else as JSON.
std::string cell_of(const io::Json& value);

}  // namespace bertlet::tasks
