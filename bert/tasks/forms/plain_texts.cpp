#include <algorithm>

#include "bert/tasks/forms/table.h"

namespace bertlet::tasks {

namespace {

// All of the first lines have tabs, and as many.
bool are_table_rows(std::string_view text) {
  std::ptrdiff_t tabs = 0;
  NumberedLines lines(text);
  for (std::size_t seen = 0; seen < rows_looked_at;) {
    const auto line = lines.next();
    if (!line) break;
    if (is_blank(line->text)) continue;
    const std::ptrdiff_t its = std::ranges::count(line->text, '\t');
    if (its == 0 || (seen++ > 0 && its != tabs)) return false;
    tabs = its;
  }
  return tabs > 0;
}

// Each line that is not blank.
class TextLines : public Form {
 public:
  explicit TextLines(const Source& source) : lines_(source.text), cut_(source.options.content == Content::words) {
    about_.columns.text = "text";
    about_.form = cut_ ? "a sentence a line, cut into words" : "a text a line";
  }

  std::optional<FormRow> next() override {
    while (const auto line = lines_.next()) {
      if (is_blank(line->text)) continue;
      FormRow to{.row = {.line = line->number}, .wrong = what_is_wrong(line->text)};
      if (!to.wrong.empty()) return to;
      to.row.text = line->text;
      if (cut_) to.row.parts = words_in(line->text);
      to.row.places.assign(to.row.parts.size(), line->number);
      return to;
    }
    return {};
  }

  std::size_t left() const override { return lines_.left(); }

 private:
  NumberedLines lines_;
  bool cut_;
};

}  // namespace

std::unique_ptr<Form> text_lines(const Source& source) { return std::make_unique<TextLines>(source); }

std::unique_ptr<Form> plain_texts(const Source& source) {
  const std::string extension = source.extension();
  const bool table = is_json(source) || extension == ".tsv" || extension == ".csv" || are_table_rows(source.text);
  return table ? text_table(source) : text_lines(source);
}

}  // namespace bertlet::tasks
