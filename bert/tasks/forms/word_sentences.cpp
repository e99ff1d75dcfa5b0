#include "bert/tasks/forms/word_forms.h"
#include "bert/tasks/forms/words.h"

namespace bertlet::tasks {

namespace {

class WordSentences : public Form {
 public:
  explicit WordSentences(const Source& source) : lines_(source.text) {
    about_.columns.text = "text";
    about_.form = "a sentence a line, cut into words";
  }

  std::optional<FormRow> next() override {
    while (const auto line = lines_.next()) {
      if (is_blank(line->text)) continue;
      FormRow to{.row = {.line = line->number}, .wrong = what_is_wrong(line->text)};
      if (!to.wrong.empty()) return to;
      to.row.text = line->text;
      to.row.parts = words_in(line->text);
      to.row.places.assign(to.row.parts.size(), line->number);
      return to;
    }
    return {};
  }

  std::size_t left() const override { return lines_.left(); }
  const char* rows_are() const override { return "sentences"; }

 private:
  NumberedLines lines_;
};

}  // namespace

std::unique_ptr<Form> word_sentences(const Source& source) { return std::make_unique<WordSentences>(source); }

}  // namespace bertlet::tasks
