#include "bert/io/files/file.h"
#include "bert/tasks/forms/table.h"
#include "bert/tasks/questions/squad.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

void add_answers(const std::vector<Answer>& answers, Example& to) {
  for (const Answer& answer : answers) {
    to.labels.push_back(answer.text);
    to.places.push_back(answer.start);
  }
}

// SQuAD's JSON, read as a whole. A row's line is the question's number.
class Passages : public Form {
 public:
  explicit Passages(const Source& source) : size_(source.text.size()) {
    require(size_ <= io::largest_file, "{}: is larger than {} bytes", source.file, io::largest_file);
    squad_ = parse_squad(source.text, source.file);
    about_.form = fmt::format("SQuAD's JSON, {} passages", squad_.passages.size());
    about_.columns = {"question", "context", "answers"};
    about_.others = {"id"};
    for (const Question& question : squad_.questions) about_.labelled |= !label_of(question).empty();
  }

  std::optional<FormRow> next() override {
    if (next_ == squad_.questions.size()) return {};
    const Question& question = squad_.questions[next_++];
    FormRow to{.row = {.line = static_cast<int64_t>(next_), .text = question.text}};
    to.row.text_b = squad_.passages[to_size(question.passage)];
    to.row.label = label_of(question);
    to.row.others = {question.id};
    add_answers(question.answers, to.row);
    return to;
  }

  std::size_t left() const override {
    return squad_.questions.empty() ? 0 : size_ - size_ * next_ / squad_.questions.size();
  }

 private:
  static std::string label_of(const Question& question) {
    return question.impossible ? "none" : question.answers.empty() ? "" : "there";
  }

  std::size_t size_;
  Squad squad_;
  std::size_t next_ = 0;
};

// SQuAD's questions as rows, as `datasets` writes them; without answers, to predict, any table with two such columns.
class QuestionTable : public TableForm {
 public:
  explicit QuestionTable(const Source& source) : TableForm(source) {
    static constexpr std::string_view question_names[] = {"question", "query"},
                                      passage_names[] = {"context", "passage", "paragraph"},
                                      answer_names[] = {"answers", "answer"};
    const ColumnChoice& asked = source.options.columns;
    const Places places{table_.chosen(asked.text, question_names), table_.chosen(asked.text_b, passage_names),
                        table_.chosen(asked.label, answer_names)};
    table_.require_columns(places.text && places.text_b, "question and context");
    table_.require_columns(places.label || source.options.label == LabelColumn::if_there, "answers");
    reads(places);
  }

 private:
  std::string read(Row& row, Example& to) const override {
    to.text = row.cells[*places_.text];
    to.text_b = row.cells[*places_.text_b];
    const std::string answers = places_.label ? row.cells[*places_.label] : std::string();
    if (answers.empty()) return {};
    add_answers(answers_in(io::parse_json(answers, "answers").root(), to.text_b), to);
    to.label = to.labels.empty() ? "none" : "there";
    return {};
  }

  // A list of texts and one of places, or a list of both together, as SQuAD has it.
  static std::vector<Answer> answers_in(const io::JsonPlace& answers, const std::string& passage) {
    const auto size = static_cast<int64_t>(text::count_characters(passage));
    std::vector<Answer> to;
    if (answers.is_array()) {
      for (const io::JsonPlace& answer : answers.elements()) to.push_back(read_answer(answer, size));
      return to;
    }
    const io::JsonPlace texts = answers["text"], starts = answers["answer_start"];
    if (texts.size() != starts.size()) starts.refuse(fmt::format("{} places, one for each text", texts.size()));
    for (std::size_t i = 0; i < texts.size(); ++i) to.push_back(answer_at(starts[i], texts[i].string(), size));
    return to;
  }
};

}  // namespace

// SQuAD's files begin with "version" or "data"; JSON that begins with another name has a question in each object.
std::unique_ptr<Form> questions(const Source& source) {
  const std::string_view start = source.text.substr(0, source.text.find_first_of(":,"));
  const auto has = [&](std::string_view name) { return start.find(name) != std::string_view::npos; };
  if (is_json(source) && (has("\"data\"") || has("\"version\"") || !has("\"")))
    return std::make_unique<Passages>(source);
  return std::make_unique<QuestionTable>(source);
}

}  // namespace bertlet::tasks
