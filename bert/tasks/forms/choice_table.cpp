#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

// SWAG's tables have a text in sent1, perhaps the beginning of what follows in sent2, and ending0, ending1, …;
// HellaSwag's JSON a list of endings. StoryCloze's have four sentences, two endings, and count these from 1.
struct ChoicePlaces {
  std::vector<ColumnPlace> texts = {};  // one after another
  ColumnPlace beginning = {}, label = {};
  std::vector<ColumnPlace> endings = {};
  bool in_list = false, from_one = false;

  std::vector<ColumnPlace> all() const {
    std::vector<ColumnPlace> all = texts;
    all.insert(all.end(), endings.begin(), endings.end());
    all.insert(all.end(), {beginning, label});
    return all;
  }
};

std::vector<ColumnPlace> beginning_with(const Table& table, std::string_view start) {
  std::vector<ColumnPlace> places;
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (table.columns()[i].starts_with(start)) places.emplace_back(i);
  return places;
}

ColumnPlace chosen(const Table& table, const std::string& asked, std::span<const std::string_view> names) {
  return asked.empty() ? table.find_any(names) : ColumnPlace(table.column(asked));
}

std::optional<ChoicePlaces> story_places(const Table& table) {
  ChoicePlaces to{.texts = beginning_with(table, "InputSentence"),
                  .label = table.find("AnswerRightEnding"),
                  .endings = beginning_with(table, "RandomFifthSentenceQuiz"),
                  .from_one = true};
  return to.texts.empty() || to.endings.size() < 2 ? std::nullopt : std::optional(to);
}

ChoicePlaces swag_places(const Table& table, const ColumnChoice& asked) {
  static constexpr std::string_view texts[] = {"sent1", "ctx_a"}, beginnings[] = {"sent2", "ctx_b"},
                                    labels[] = {"label"}, lists[] = {"endings"};
  ChoicePlaces to{.texts = {chosen(table, asked.text, texts)}, .beginning = chosen(table, asked.text_b, beginnings)};
  to.label = chosen(table, asked.label, labels);
  if (const ColumnPlace list = table.find_any(lists)) {
    to.endings = {list};
    to.in_list = true;
  } else {
    to.endings = beginning_with(table, "ending");
  }
  require(to.texts[0].has_value(), "{}: which column is the text? Got {}, want sent1, or its name or number",
          table.file(), table.column_names());
  require(to.in_list || to.endings.size() >= 2, "{}: got the columns {}, want ending0, ending1, …", table.file(),
          table.column_names());
  return to;
}

ChoicePlaces places_of(const Table& table, const ReadOptions& options) {
  std::optional<ChoicePlaces> story = options.columns.text.empty() ? story_places(table) : std::nullopt;
  ChoicePlaces to = story ? std::move(*story) : swag_places(table, options.columns);
  require(to.label.has_value() || options.label == LabelColumn::if_there, "{}: got the columns {}, want a label",
          table.file(), table.column_names());
  return to;
}

class ChoiceTable : public Form {
 public:
  explicit ChoiceTable(const Source& source)
      : table_(source), places_(places_of(table_, source.options)), others_(table_, places_.all()) {
    about_.columns = {table_.name(places_.texts[0]), table_.name(places_.beginning), table_.name(places_.label)};
    about_.others = others_.names(table_);
    about_.labelled = places_.label.has_value();
    about_.form = places_.from_one ? fmt::format("{}, as StoryCloze's: {} sentences and {} endings, counted from 1",
                                                 table_.kind(), places_.texts.size(), places_.endings.size())
                                   : fmt::format("{}, as SWAG's; {}, {}", table_.kind(), text_of(about_.columns),
                                                 places_.in_list ? "a list of endings"
                                                                 : fmt::format("{} endings", places_.endings.size()));
  }

  std::optional<FormRow> next() override {
    std::optional<RowResult> result = table_.next();
    if (!result) return {};
    FormRow to{.row = {.line = result->row.line}, .wrong = std::move(result->wrong)};
    if (!to.wrong.empty()) return to;
    try {
      to.wrong = read(result->row, to.row);
    } catch (const Error& error) {  // of a list of endings
      to.wrong = error.what();
    }
    return to;
  }

  std::size_t left() const override { return table_.left(); }

 private:
  // What is wrong with the row comes back.
  std::string read(Row& row, Example& to) const {
    std::vector<std::string> texts;
    for (const ColumnPlace& place : places_.texts) texts.push_back(row.cells[*place]);
    to.text = joined(texts, " ");
    if (places_.beginning) to.text_b = row.cells[*places_.beginning];
    for (const ColumnPlace& place : places_.endings) to.parts.push_back(row.cells[*place]);
    if (places_.label) to.label = row.cells[*places_.label];
    to.others = others_.cells(row);
    if (places_.in_list) to.parts = values_of(std::string(to.parts[0]));
    if (to.parts.size() < 2) return fmt::format("has {} endings, want at least 2", to.parts.size());
    return places_.from_one && places_.label ? count_from_zero(to) : std::string();
  }

  static std::string count_from_zero(Example& row) {
    const std::size_t endings = row.parts.size();
    for (std::size_t i = 0; i < endings; ++i)
      if (row.label == std::to_string(i + 1)) {
        row.label = std::to_string(i);
        return {};
      }
    return fmt::format("got the label '{}', want a number from 1 to {}", row.label, endings);
  }

  Table table_;
  ChoicePlaces places_;
  OtherColumns others_;
};

}  // namespace

std::unique_ptr<Form> choice_table(const Source& source) { return std::make_unique<ChoiceTable>(source); }

}  // namespace bertlet::tasks
