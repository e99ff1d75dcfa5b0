#include <algorithm>

#include "bert/tasks/forms/column_look.h"
#include "bert/tasks/forms/table.h"
#include "bert/tasks/forms/well_known.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

struct TextPlaces {
  ColumnPlace text = {}, text_b = {}, label = {};
  bool cola = false;
};

// A pair whose second text has no name of its own: question, sentence.
void find_pair(const Table& table, TextPlaces& places) {
  places.text_b = table.find_any(well_known::second_texts());
  if (places.text_b) return;
  places.text_b = table.find_any(well_known::texts(), places.text);
  if (places.text_b && places.text_b < places.text) std::swap(places.text, places.text_b);
}

TextPlaces found_by_name(const Table& table, Content content) {
  TextPlaces places{.text = table.find_any(well_known::texts()), .label = table.find_any(well_known::labels())};
  const bool pairs = content == Content::pair || content == Content::text_or_pair;
  if (pairs && places.text) find_pair(table, places);
  return places;
}

// Its training file: source, 0 or 1, a mark of the authors' or nothing, sentence.
bool is_cola(const Table& table) {
  const auto fits = [](const Row& row) {
    return (row.cells[1] == "0" || row.cells[1] == "1") && (row.cells[2].empty() || row.cells[2] == "*") &&
           !row.cells[3].empty();
  };
  return table.columns().size() == 4 && std::ranges::all_of(table.first_rows(), fits);
}

TextPlaces found_by_order(const Table& table, Content content) {
  const std::size_t count = table.columns().size();
  if (content != Content::pair && is_cola(table)) return {.text = 3, .label = 1, .cola = true};
  const bool pair = content == Content::pair || (content == Content::text_or_pair && count > 2);
  const std::size_t first_texts = pair ? 2 : 1;
  TextPlaces places{.text = 0};
  if (pair && count > 1) places.text_b = 1;
  if (count > first_texts && content != Content::plain) places.label = count - 1;
  return places;
}

void require_column(const Table& table, const ColumnPlace& place, const char* what) {
  require(place.has_value(), "{}: which column is the {}? Got {}, want its name or number", table.file(), what,
          table.column_names());
}

// Where nothing but the order says which columns they are, their cells must look like it.
class OrderCheck {
 public:
  OrderCheck(const Table& table, const TextPlaces& places, const ColumnChoice& asked)
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
  const TextPlaces& places_;
  const ColumnChoice& asked_;
  std::vector<ColumnLook> looks_;
};

TextPlaces find_columns(const Table& table, const ReadOptions& options) {
  const Content content = options.content;
  const ColumnChoice& asked = options.columns;
  const bool if_there = options.label == LabelColumn::if_there || content == Content::plain;
  TextPlaces places = table.has_header() ? found_by_name(table, content) : found_by_order(table, content);
  if (!asked.text.empty()) places.text = table.column(asked.text);
  if (!asked.text_b.empty() && content != Content::plain) places.text_b = table.column(asked.text_b);
  if (!asked.label.empty()) places.label = if_there ? table.find(asked.label) : table.column(asked.label);
  if (content == Content::plain) places.label = {};
  require_column(table, places.text, "text");
  if (content == Content::pair) require_column(table, places.text_b, "second text");
  if (!if_there) require_column(table, places.label, "label");
  if (!table.has_header() && !places.cola) OrderCheck(table, places, asked).check();
  return places;
}

class TextTable : public Form {
 public:
  explicit TextTable(const Source& source)
      : table_(source),
        places_(find_columns(table_, source.options)),
        others_(table_, {places_.text, places_.text_b, places_.label}) {
    about_.columns = {table_.name(places_.text), table_.name(places_.text_b), table_.name(places_.label)};
    about_.others = others_.names(table_);
    about_.labelled = places_.label.has_value();
    about_.form = form();
  }

  std::optional<FormRow> next() override {
    std::optional<RowResult> result = table_.next();
    if (!result) return {};
    FormRow to{.row = {.line = result->row.line}, .wrong = std::move(result->wrong)};
    if (!to.wrong.empty()) return to;
    const auto take = [&](const ColumnPlace& place) {
      return place ? std::move(result->row.cells[*place]) : std::string();
    };
    to.row.text = take(places_.text);
    to.row.text_b = take(places_.text_b);
    to.row.label = take(places_.label);
    to.row.others = others_.cells(result->row);
    return to;
  }

  std::size_t left() const override { return table_.left(); }

 private:
  std::string form() const {
    if (table_.has_header()) return fmt::format("{}; {}", table_.kind(), text_of(about_.columns));
    std::string form =
        fmt::format("{}{}: {} text", table_.kind(), places_.cola ? ", as CoLA's" : "", about_.columns.text);
    if (places_.text_b) form += fmt::format(", {} text_b", about_.columns.text_b);
    if (places_.label) form += fmt::format(", {} label", about_.columns.label);
    return form;
  }

  Table table_;
  TextPlaces places_;
  OtherColumns others_;
};

}  // namespace

std::unique_ptr<Form> text_table(const Source& source) { return std::make_unique<TextTable>(source); }

}  // namespace bertlet::tasks
