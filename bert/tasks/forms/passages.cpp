#include "bert/io/files/file.h"
#include "bert/tasks/forms/table.h"
#include "bert/tasks/questions/squad.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

std::string label_of(const Question& question) {
  if (question.impossible) return "none";
  return question.answers.empty() ? "" : "there";
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
    FormRow to{.row = {.line = static_cast<std::int64_t>(next_), .text = question.text}};
    to.row.text_b = squad_.passages[static_cast<std::size_t>(question.passage)];
    to.row.label = label_of(question);
    for (const Answer& answer : question.answers) {
      to.row.labels.push_back(answer.text);
      to.row.places.push_back(answer.start);
    }
    to.row.others = {question.id};
    return to;
  }

  std::size_t left() const override {
    return squad_.questions.empty() ? 0 : size_ - size_ * next_ / squad_.questions.size();
  }
  const char* rows_are() const override { return "questions"; }

 private:
  std::size_t size_;
  Squad squad_;
  std::size_t next_ = 0;
};

}  // namespace

// SQuAD's files begin with "version" or "data"; JSON that begins with another name has a question in each object.
std::unique_ptr<Form> passages(const Source& source) {
  if (!is_json(source)) return question_table(source);
  const std::string_view text = source.text.substr(0, source.text.find_first_of(":,"));
  const bool squad =
      text.find("\"data\"") != std::string_view::npos || text.find("\"version\"") != std::string_view::npos;
  if (squad || text.find('"') == std::string_view::npos) return std::make_unique<Passages>(source);
  return question_table(source);
}

}  // namespace bertlet::tasks
