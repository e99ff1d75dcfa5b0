#pragma once
#include "bert/tasks/forms/form.h"

// The forms in which words have their tags.
namespace bertlet::tasks {

// The lines of a text, with their numbers.
class NumberedLines {
 public:
  explicit NumberedLines(std::string_view text) : rest_(text) {}

  struct Line {
    std::string_view text;  // without its end
    std::int64_t number = 0;
  };
  std::optional<Line> next();
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

// A word a line and a blank line between sentences, as CoNLL's: the word stands first and the tag last, between tabs
// or, unless every line has one, spaces. Lines -DOCSTART- are left out. Where all words of a file are a character and
// its position, as Weibo's, they lose it. With LabelColumn::if_there, a file in which a line is a word alone has no
// tags.
std::unique_ptr<Form> word_columns(const Source& source);

// Rows of tables: words and tags in lists; or a sentence and its tags, of which there is one for each word between
// spaces or one for each character.
std::unique_ptr<Form> tagged_table(const Source& source);

// Sentences without tags, a line each, cut into words.
std::unique_ptr<Form> word_sentences(const Source& source);

// The words of cells and lines, between spaces.
std::vector<std::string_view> between_spaces(std::string_view text);

}  // namespace bertlet::tasks
