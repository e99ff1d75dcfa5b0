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
};

struct FormRow {
  Example row;
  std::string wrong = {};  // why it cannot be read; empty: it can
};

class Form {
 public:
  virtual ~Form() = default;
  virtual std::optional<FormRow> next() = 0;  // nothing at the end
  virtual std::size_t left() const = 0;       // bytes that are not read yet
  const Examples& about() const { return about_; }

 protected:
  Examples about_;  // all but the rows
};

// Each for a content: texts and pairs of tables, endings to choose from, words and tags, questions, texts alone.
std::unique_ptr<Form> text_table(const Source& source);
std::unique_ptr<Form> choice_table(const Source& source);
std::unique_ptr<Form> tagged_words(const Source& source);
std::unique_ptr<Form> questions(const Source& source);
std::unique_ptr<Form> plain_texts(const Source& source);

// What words and tags come in. A word a line and a blank line between sentences, as CoNLL's: the word stands first and
// the tag last, between tabs or, unless every line has one, spaces. Lines -DOCSTART- are left out. Where all words of a
// file are a character and its position, as Weibo's, they lose it. With LabelColumn::if_there, a file in which a line
// is a word alone has no tags.
std::unique_ptr<Form> word_columns(const Source& source);

// Rows of tables: words and tags in lists; or a sentence and its tags, of which there is one for each word between
// spaces or one for each character.
std::unique_ptr<Form> tagged_table(const Source& source);

// A text a line; where words are wanted, it is cut into them.
std::unique_ptr<Form> text_lines(const Source& source);

}  // namespace bertlet::tasks
