#pragma once
#include "bert/tasks/forms/examples.h"

// One form of files, one reader: each knows how its rows become examples. Which form a file has follows from the
// content that is wanted, the file's name and its first rows.
namespace bertlet::tasks {

inline constexpr std::size_t rows_looked_at = 1000;  // before a form is decided on

// The bytes of a file, without a byte order mark. They outlive the form.
struct Source {
  std::string file;
  std::string_view text;
  ReadOptions options;

  std::string extension() const { return std::filesystem::path(file).extension().string(); }
  bool collects() const { return options.bad_rows == BadRows::collected; }
};

struct FormRow {
  Example row;
  std::string wrong = {};  // why it cannot be read; empty: it can
};

class Form {
 public:
  virtual ~Form() = default;
  virtual std::optional<FormRow> next() = 0;               // nothing at the end
  virtual std::size_t left() const = 0;                    // bytes that are not read yet
  virtual const char* rows_are() const { return "rows"; }  // what a file must have
  const Examples& about() const { return about_; }

 protected:
  Examples about_;  // all but the rows
};

// Each for a content: texts and pairs of tables, words and tags, questions, endings to choose from, texts alone.
std::unique_ptr<Form> text_table(const Source& source);
std::unique_ptr<Form> choice_table(const Source& source);
std::unique_ptr<Form> tagged_words(const Source& source);
std::unique_ptr<Form> passages(const Source& source);
std::unique_ptr<Form> question_table(const Source& source);
std::unique_ptr<Form> plain_texts(const Source& source);

}  // namespace bertlet::tasks
