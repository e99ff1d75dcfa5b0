#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "core/names.h"

namespace bertlet::tasks {

namespace {

// SWAG's tables have a text in sent1, perhaps the beginning of what follows in sent2, and ending0, ending1, …;
// HellaSwag's JSON a list of endings. StoryCloze's have four sentences, two endings, and count these from 1.
struct ChoicePlaces : Places {
  std::vector<std::size_t> texts = {}, endings = {};  // one after another
  bool in_list = false, from_one = false;
};

std::vector<std::size_t> beginning_with(const Table& table, std::string_view start) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (table.columns()[i].starts_with(start)) places.push_back(i);
  return places;
}

std::optional<ChoicePlaces> story_places(const Table& table) {
  ChoicePlaces to;
  to.texts = beginning_with(table, "InputSentence");
  to.label = table.find("AnswerRightEnding");
  to.endings = beginning_with(table, "RandomFifthSentenceQuiz");
  to.from_one = true;
  return to.texts.empty() || to.endings.size() < 2 ? std::nullopt : std::optional(to);
}

ChoicePlaces swag_places(const Table& table, const ColumnChoice& asked) {
  static constexpr std::string_view texts[] = {"sent1", "ctx_a"}, beginnings[] = {"sent2", "ctx_b"},
                                    labels[] = {"label"}, lists[] = {"endings"};
  ChoicePlaces to;
  to.text = table.chosen(asked.text, texts);
  to.text_b = table.chosen(asked.text_b, beginnings);
  to.label = table.chosen(asked.label, labels);
  const ColumnPlace list = table.find_any(lists);
  to.in_list = list.has_value();
  to.endings = list ? std::vector{*list} : beginning_with(table, "ending");
  table.require_place(to.text, "is the text", "sent1, or its name or number");
  table.require_columns(to.in_list || to.endings.size() >= 2, "ending0, ending1, …");
  to.texts = {*to.text};
  return to;
}

class ChoiceTable : public TableForm {
 public:
  explicit ChoiceTable(const Source& source) : TableForm(source) {
    const ColumnChoice& asked = source.options.columns;
    const std::optional<ChoicePlaces> story = asked.text.empty() ? story_places(table_) : std::nullopt;
    its_ = story ? *story : swag_places(table_, asked);
    table_.require_columns(its_.label || source.options.label == LabelColumn::if_there, "a label");
    its_.text = its_.texts[0];
    std::vector<std::size_t> more = its_.texts;
    more.insert(more.end(), its_.endings.begin(), its_.endings.end());
    reads(its_, more);
    about_.form = its_.from_one ? fmt::format("{}, as StoryCloze's: {} sentences and {} endings, counted from 1",
                                              table_.kind(), its_.texts.size(), its_.endings.size())
                                : fmt::format("{}, as SWAG's; {}, {}", table_.kind(), text_of(about_.columns),
                                              its_.in_list ? "a list of endings"
                                                           : fmt::format("{} endings", its_.endings.size()));
  }

 private:
  std::string read(Row& row, Example& to) const override {
    std::vector<std::string> texts;
    for (const std::size_t place : its_.texts) texts.push_back(row.cells[place]);
    to.text = joined(texts, " ");
    if (its_.text_b) to.text_b = row.cells[*its_.text_b];
    if (its_.label) to.label = row.cells[*its_.label];
    for (const std::size_t place : its_.endings) to.parts.push_back(row.cells[place]);
    if (its_.in_list) to.parts = values_of(row.cells[its_.endings[0]]);
    if (to.parts.size() < 2) return fmt::format("has {} endings, want at least 2", to.parts.size());
    return its_.from_one && its_.label ? count_from_zero(to) : std::string();
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

  ChoicePlaces its_;
};

}  // namespace

std::unique_ptr<Form> choice_table(const Source& source) { return std::make_unique<ChoiceTable>(source); }

}  // namespace bertlet::tasks
