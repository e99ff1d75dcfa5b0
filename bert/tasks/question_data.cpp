#include "bert/metrics/squad.h"
#include "bert/tasks/answers.h"
#include "bert/tasks/data.h"

namespace bertlet::tasks {

namespace {

// An item is a window, an example a question.
class QuestionData : public Data {
 public:
  QuestionData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const DataOptions& options,
               Answers answers)
      : squad_(read(file, options)),
        windows_(squad_, tokenizer, {.max_length = options.max_length, .stride = options.stride},
                 answers == Answers::training ? Use::training : Use::prediction) {
    for (const Window& window : windows_.all())
      items_.push_back({.sequences = {{windows_.ids(window), windows_.types(window)}},
                        .labels = {window.answer_begin, window.answer_last}});
  }

  std::int64_t examples() const override { return std::ssize(squad_.questions); }
  bool labelled() const override {
    return std::ranges::any_of(squad_.questions, [](const Question& question) { return !question.answers.empty(); });
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    std::vector<metrics::AnswerScore> scores;
    std::vector<double> none;
    for (const std::int64_t i : examples) {
      const Answered answered = this->answered(i, outputs);
      std::vector<std::string> gold;
      for (const Answer& each : question(i).answers) gold.push_back(each.text);
      scores.push_back(metrics::answer_score(gold, answered.text));
      none.push_back(answered.none);
    }
    const metrics::SquadScores result = metrics::squad_scores(scores);
    train::Measures to = {{"f1", result.all.f1}, {"exact", result.all.exact}};
    if (result.has_answer && result.no_answer)
      to.insert(to.end(), {{"has_answer_f1", result.has_answer->f1},
                           {"no_answer_f1", result.no_answer->f1},
                           {"best_f1", metrics::best_f1(scores, none).result},
                           {"best_f1_threshold", metrics::best_f1(scores, none).threshold}});
    return to;
  }

  // That nothing is ever answered.
  std::vector<Output> baseline() const override {
    std::vector<Output> to;
    for (const Item& item : items_) {
      Output& output = to.emplace_back();
      const auto tokens = static_cast<std::size_t>(item.tokens());
      output.scores.assign(2 * tokens, 0);
      output.scores[0] = output.scores[tokens] = 1;
    }
    return to;
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const Answered answered = this->answered(i, outputs);
      Record candidates = Record::array();
      for (const Candidate& each : answered.candidates)
        candidates.push_back({{"text", each.text}, {"probability", each.probability}, {"score", each.score()}});
      to.push_back({{"id", question(i).id},
                    {"question", question(i).text},
                    {"prediction", answered.text},
                    {"none", answered.none},
                    {"n_best", std::move(candidates)}});
    }
    return to;
  }

 private:
  static Squad read(const std::filesystem::path& file, const DataOptions& options) {
    Squad squad = read_squad(file);
    choose_rows(squad.questions, options.rows);
    return squad;
  }

  const Question& question(std::int64_t i) const { return squad_.questions[static_cast<std::size_t>(i)]; }

  Answered answered(std::int64_t i, std::span<const Output> outputs) const {
    const std::span<const Window> windows = windows_.of(i);
    const auto first = static_cast<std::size_t>(windows.data() - windows_.all().data());
    std::vector<WindowScores> scores;
    for (std::size_t at = first; at < first + windows.size(); ++at) {
      const std::span<const real> both = outputs[at].scores;
      scores.push_back({both.first(both.size() / 2), both.last(both.size() / 2)});
    }
    return answer(windows_, i, scores);
  }

  Squad squad_;
  SquadWindows windows_;
};

}  // namespace

std::unique_ptr<Data> question_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                    const DataOptions& options, Answers answers) {
  return std::make_unique<QuestionData>(file, tokenizer, options, answers);
}

Examples question_examples(const std::filesystem::path& file) {
  Squad squad = read_squad(file);
  Examples to{.file = file.string(), .columns = {.text = "question", .text_b = "passage", .label = "answer"}};
  for (Question& question : squad.questions)
    to.rows.push_back({.line = std::ssize(to.rows) + 1,
                       .text = std::move(question.text),
                       .text_b = squad.passages[static_cast<std::size_t>(question.passage)],
                       .label = question.answers.empty() ? "none" : "there"});
  return to;
}

}  // namespace bertlet::tasks
