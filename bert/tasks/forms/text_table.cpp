#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

Places found_by_name(const Table& table, Content content) {
  Places to{.text = table.find_any(well_known::texts), .label = table.find_any(well_known::labels)};
  if ((content != Content::pair && content != Content::text_or_pair) || !to.text) return to;
  to.text_b = table.find_any(well_known::second_texts);
  if (to.text_b) return to;
  to.text_b = table.find_any(well_known::texts, to.text);  // without a name of its own: question, sentence
  if (to.text_b && to.text_b < to.text) std::swap(to.text, to.text_b);
  return to;
}

// CoLA's training file: source, 0 or 1, a mark of the authors' or nothing, sentence.
bool is_cola(const Table& table, Content content) {
  const auto fits = [](const Row& row) {
    return (row.cells[1] == "0" || row.cells[1] == "1") && (row.cells[2].empty() || row.cells[2] == "*") &&
           !row.cells[3].empty();
  };
  return !table.has_header() && content != Content::pair && table.columns().size() == 4 &&
         std::ranges::all_of(table.first_rows(), fits);
}

Places found_by_order(const Table& table, Content content) {
  const std::size_t count = table.columns().size();
  if (is_cola(table, content)) return {.text = 3, .label = 1};
  const bool pair = content == Content::pair || (content == Content::text_or_pair && count > 2);
  const std::size_t first_texts = pair ? 2 : 1;
  Places places{.text = 0};
  if (pair && count > 1) places.text_b = 1;
  if (count > first_texts && content != Content::plain) places.label = count - 1;
  return places;
}

// Where nothing but the order says which columns they are, their cells must look like it.
class OrderCheck {
 public:
  OrderCheck(const Table& table, const Places& places, const ColumnChoice& asked)
      : table_(table), places_(places), asked_(asked) {
    for (std::size_t i = 0; i < table.columns().size(); ++i) looks_.push_back(look_at(table.first_rows(), i));
  }

  void check() const {
    const bool many = std::ssize(table_.first_rows()) >= enough_rows;
    if (asked_.text.empty()) check_text(places_.text, "text", many);
    if (asked_.text_b.empty()) check_text(places_.text_b, "second text", many);
    if (asked_.label.empty() && places_.label && many) check_label();
  }

 private:
  static constexpr std::ptrdiff_t enough_rows = 20;

  bool is_free(std::size_t column) const {
    return column != places_.text && column != places_.text_b && column != places_.label;
  }

  void check_text(const ColumnPlace& place, const char* what, bool many) const {
    if (!place) return;
    const ColumnLook& look = looks_[*place];
    for (std::size_t i = 0; i < looks_.size(); ++i) {
      const bool better = looks_[i].looks_like_texts() && (look.all_numbers || (many && look.looks_like_labels()));
      const bool also = is_free(i) && many && looks_[i].looks_like_texts();
      if (i != *place && (better || also)) ask(what, *place, i, better ? "texts rather" : "texts too");
    }
  }

  void check_label() const {
    const ColumnLook& look = looks_[*places_.label];
    if (look.all_numbers || look.different * 2 <= look.rows) return;
    for (std::size_t i = 0; i < looks_.size(); ++i)
      if (i != *places_.label && looks_[i].looks_like_labels()) ask("label", *places_.label, i, "labels rather");
    if (look.looks_like_texts())
      throw Error(fmt::format("{}: which column is the label? Column {} has {} different values in {} rows",
                              table_.file(), *places_.label + 1, look.different, look.rows));
  }

  [[noreturn]] void ask(const char* what, std::size_t column, std::size_t other, const char* as) const {
    throw Error(
        fmt::format("{}: which column is the {}? It would be column {}, but column {} looks like {}; want its "
                    "number",
                    table_.file(), what, column + 1, other + 1, as));
  }

  const Table& table_;
  const Places& places_;
  const ColumnChoice& asked_;
  std::vector<ColumnLook> looks_;
};

Places find_columns(const Table& table, const ReadOptions& options) {
  const Content content = options.content;
  const ColumnChoice& asked = options.columns;
  const bool if_there = options.label == LabelColumn::if_there || content == Content::plain;
  Places places = table.has_header() ? found_by_name(table, content) : found_by_order(table, content);
  if (!asked.text.empty()) places.text = table.column(asked.text);
  if (!asked.text_b.empty() && content != Content::plain) places.text_b = table.column(asked.text_b);
  if (!asked.label.empty()) places.label = if_there ? table.find(asked.label) : table.column(asked.label);
  if (content == Content::plain) places.label = {};
  table.require_place(places.text, "is the text");
  if (content == Content::pair) table.require_place(places.text_b, "is the second text");
  if (!if_there) table.require_place(places.label, "is the label");
  if (!table.has_header() && !is_cola(table, content)) OrderCheck(table, places, asked).check();
  return places;
}

class TextTable : public TableForm {
 public:
  explicit TextTable(const Source& source) : TableForm(source) {
    reads(find_columns(table_, source.options));
    if (table_.has_header()) return;
    const ColumnChoice& columns = about_.columns;
    about_.form = fmt::format("{}{}: {} text", table_.kind(),
                              is_cola(table_, source.options.content) ? ", as CoLA's" : "", columns.text);
    if (places_.text_b) about_.form += fmt::format(", {} text_b", columns.text_b);
    if (places_.label) about_.form += fmt::format(", {} label", columns.label);
  }

 private:
  std::string read(Row& row, Example& to) const override {
    const auto take = [&](const ColumnPlace& place) { return place ? std::move(row.cells[*place]) : std::string(); };
    to.text = take(places_.text);
    to.text_b = take(places_.text_b);
    to.label = take(places_.label);
    return {};
  }
};

}  // namespace

std::unique_ptr<Form> text_table(const Source& source) { return std::make_unique<TextTable>(source); }

}  // namespace bertlet::tasks
