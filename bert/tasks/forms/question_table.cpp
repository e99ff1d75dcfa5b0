#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

struct QuestionPlaces {
  ColumnPlace question = {}, passage = {}, answers = {};
};

QuestionPlaces question_places(const Table& table, const ReadOptions& options) {
  static constexpr std::string_view questions[] = {"question", "query"},
                                    passages[] = {"context", "passage", "paragraph"}, answers[] = {"answers", "answer"};
  const auto place = [&](const std::string& asked, std::span<const std::string_view> names) {
    return asked.empty() ? table.find_any(names) : ColumnPlace(table.column(asked));
  };
  QuestionPlaces to;
  to.question = place(options.columns.text, questions);
  to.passage = place(options.columns.text_b, passages);
  to.answers = place(options.columns.label, answers);
  require(to.question && to.passage, "{}: got the columns {}, want question and context", table.file(),
          table.column_names());
  require(to.answers || options.label == LabelColumn::if_there, "{}: got the columns {}, want answers", table.file(),
          table.column_names());
  return to;
}

// A list of texts and one of places, or a list of both together, as SQuAD has it.
void read_answers(const io::JsonPlace& answers, Example& to) {
  const auto add = [&](const io::JsonPlace& text, const io::JsonPlace& start) {
    to.labels.push_back(text.string());
    to.places.push_back(start.integer());
    const auto size = static_cast<std::int64_t>(text::count_characters(to.text_b));
    const auto length = static_cast<std::int64_t>(text::count_characters(to.labels.back()));
    if (to.places.back() < 0 || to.places.back() > size - length)
      start.refuse(fmt::format("an answer inside the passage of {} characters", size));
  };
  if (answers.is_array()) {
    for (std::size_t i = 0; i < answers.size(); ++i) add(answers[i]["text"], answers[i]["answer_start"]);
    return;
  }
  const io::JsonPlace texts = answers["text"], starts = answers["answer_start"];
  if (texts.size() != starts.size()) starts.refuse(fmt::format("{} places, one for each text", texts.size()));
  for (std::size_t i = 0; i < texts.size(); ++i) add(texts[i], starts[i]);
}

// SQuAD's questions as rows, as `datasets` writes them; without answers, to predict, any table with two such columns.
class QuestionTable : public Form {
 public:
  explicit QuestionTable(const Source& source)
      : table_(source),
        places_(question_places(table_, source.options)),
        others_(table_, {places_.question, places_.passage, places_.answers}) {
    about_.columns = {table_.name(places_.question), table_.name(places_.passage), table_.name(places_.answers)};
    about_.others = others_.names(table_);
    about_.labelled = places_.answers.has_value();
    about_.form = fmt::format("{}; {}", table_.kind(), text_of(about_.columns));
  }

  std::optional<FormRow> next() override {
    std::optional<RowResult> result = table_.next();
    if (!result) return {};
    FormRow to{.row = {.line = result->row.line}, .wrong = std::move(result->wrong)};
    if (!to.wrong.empty()) return to;
    std::vector<std::string>& cells = result->row.cells;
    to.row.text = cells[*places_.question];
    to.row.text_b = cells[*places_.passage];
    if (places_.answers && !cells[*places_.answers].empty()) to.wrong = answer(cells[*places_.answers], to.row);
    to.row.others = others_.cells(result->row);
    return to;
  }

  std::size_t left() const override { return table_.left(); }
  const char* rows_are() const override { return "questions"; }

 private:
  // What is wrong with the answers comes back.
  static std::string answer(const std::string& cell, Example& to) {
    try {
      read_answers(io::parse_json(cell, "answers").root(), to);
      to.label = to.labels.empty() ? "none" : "there";
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  Table table_;
  QuestionPlaces places_;
  OtherColumns others_;
};

}  // namespace

std::unique_ptr<Form> question_table(const Source& source) { return std::make_unique<QuestionTable>(source); }

}  // namespace bertlet::tasks
