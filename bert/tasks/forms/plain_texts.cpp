#include <algorithm>
#include <array>

#include "bert/io/files/lines.h"
#include "bert/tasks/forms/form.h"
#include "bert/tasks/forms/table.h"

namespace bertlet::tasks {

namespace {

constexpr std::array<std::string_view, 2> table_names = {".tsv", ".csv"};

// All of the first lines have tabs, and as many.
bool are_table_rows(std::string_view text) {
  std::ptrdiff_t tabs = 0;
  for (std::size_t lines = 0; lines < rows_looked_at && !text.empty();) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (is_blank(line)) continue;
    const std::ptrdiff_t its = std::ranges::count(line, '\t');
    if (its == 0 || (lines++ > 0 && its != tabs)) return false;
    tabs = its;
  }
  return tabs > 0;
}

// Each line that is not blank.
class PlainLines : public Form {
 public:
  explicit PlainLines(const Source& source) : rest_(source.text) {
    about_.columns.text = "text";
    about_.form = "a text a line";
  }

  std::optional<FormRow> next() override {
    while (!rest_.empty()) {
      const std::string_view ended = rest_.substr(0, rest_.find('\n')), line = without_carriage_return(ended);
      rest_.remove_prefix(std::min(rest_.size(), ended.size() + 1));
      ++line_;
      if (is_blank(line)) continue;
      FormRow to{.row = {.line = line_}, .wrong = what_is_wrong(line)};
      if (to.wrong.empty()) to.row.text = line;
      return to;
    }
    return {};
  }

  std::size_t left() const override { return rest_.size(); }

 private:
  std::string_view rest_;
  std::int64_t line_ = 0;
};

}  // namespace

std::unique_ptr<Form> plain_texts(const Source& source) {
  if (is_json(source) || std::ranges::find(table_names, source.extension()) != table_names.end() ||
      are_table_rows(source.text))
    return text_table(source);
  return std::make_unique<PlainLines>(source);
}

}  // namespace bertlet::tasks
