#include <algorithm>

#include "bert/metrics/squad.h"
#include "bert/tasks/data.h"
#include "bert/tasks/questions/answers.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char* unanswerable = "no answer";

// The best of the candidates that say something, whether it is given for an answer or not.
std::string best_answer(const Answered& answered) {
  const auto found =
      std::ranges::find_if(answered.candidates, [](const Candidate& each) { return !each.text.empty(); });
  return found == answered.candidates.end() ? std::string() : found->text;
}

// Of what was said; where nothing can be said, that is certain.
double probability(const Answered& answered) {
  const auto found = std::ranges::find(answered.candidates, answered.text, &Candidate::text);
  return found == answered.candidates.end() ? 1 : found->probability;
}

// An item is a window, an example a question.
class QuestionData : public Data {
 public:
  QuestionData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const DataOptions& options,
               Answers answers)
      : squad_(read(file, options)),
        windows_(squad_, tokenizer, {.max_length = options.max_length, .stride = options.stride},
                 answers == Answers::training ? Use::training : Use::prediction) {
    require(!windows_.all().empty() || answers == Answers::measured,
            "{}: got no question with an answer that stands in its passage, want some to train on", file.string());
    for (const Window& window : windows_.all())
      items_.push_back({.sequences = {{windows_.ids(window), windows_.types(window)}},
                        .labels = {window.answer_begin, window.answer_last}});
  }

  std::int64_t examples() const override { return std::ssize(squad_.questions); }
  bool labelled() const override {
    return std::ranges::any_of(squad_.questions,
                               [](const Question& each) { return each.impossible || !each.answers.empty(); });
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    return measuring(outputs)(examples);
  }

  // Finding the answers takes long, scoring them again and again does not.
  Measuring measuring(std::span<const Output> outputs) const override {
    std::vector<AnsweredScores> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const Answered answered = this->answered(i, outputs);
      all.push_back({.score = metrics::answer_score(gold(i), answered.text),
                     .unwithheld = metrics::answer_score(gold(i), best_answer(answered)),
                     .none = answered.none});
    }
    return [all = std::move(all)](std::span<const std::int64_t> examples) { return measures(all, examples); };
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

  // Those whose answer is not exactly one of the gold ones. Their place is the question's id.
  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const Answered answered = this->answered(i, outputs);
      std::vector<std::string> is = gold(i);
      if (metrics::answer_score(is, answered.text).exact == 1) continue;
      if (is.empty()) is.emplace_back(unanswerable);
      all.push_back({question(i).id,
                     question(i).text,
                     {{"is", is}, {"said", answered.text.empty() ? unanswerable : answered.text}},
                     "confidence",
                     probability(answered)});
    }
    return all;
  }

  void set_threshold(double threshold) override { options_.none_threshold = threshold; }

 private:
  struct AnsweredScores {
    metrics::AnswerScore score, unwithheld;  // the second: were each question answered
    double none = 0;
  };

  // Where never to answer is best, the script's threshold is 0, which is meant for probabilities; here it is below all.
  static metrics::BestThreshold best_threshold(std::span<const metrics::AnswerScore> unwithheld,
                                               std::span<const double> none) {
    metrics::BestThreshold best = metrics::best_f1(unwithheld, none);
    const double below_all = *std::ranges::min_element(none) - 1;
    if (metrics::squad_scores(unwithheld, none, below_all).all.f1 >= best.result - 1e-9) best.threshold = below_all;
    return best;
  }

  static train::Measures measures(std::span<const AnsweredScores> all, std::span<const std::int64_t> examples) {
    std::vector<metrics::AnswerScore> scores, unwithheld;
    std::vector<double> none;
    for (const std::int64_t i : examples) {
      const AnsweredScores& each = all[static_cast<std::size_t>(i)];
      scores.push_back(each.score);
      unwithheld.push_back(each.unwithheld);
      none.push_back(each.none);
    }
    const metrics::SquadScores result = metrics::squad_scores(scores);
    train::Measures to = {{"f1", result.all.f1}, {"exact", result.all.exact}};
    if (!result.has_answer || !result.no_answer) return to;
    const metrics::BestThreshold best = best_threshold(unwithheld, none);
    to.insert(to.end(), {{"has_answer_f1", result.has_answer->f1},
                         {"no_answer_f1", result.no_answer->f1},
                         {"best_f1", best.result},
                         {"best_f1_threshold", best.threshold}});
    return to;
  }

  static Squad read(const std::filesystem::path& file, const DataOptions& options) {
    Squad squad = read_squad(file);
    choose_rows(squad.questions, options.rows);
    return squad;
  }

  const Question& question(std::int64_t i) const { return squad_.questions[static_cast<std::size_t>(i)]; }

  // What is right, each once.
  std::vector<std::string> gold(std::int64_t i) const {
    std::vector<std::string> texts;
    for (const Answer& each : question(i).answers)
      if (std::ranges::find(texts, each.text) == texts.end()) texts.push_back(each.text);
    return texts;
  }

  Answered answered(std::int64_t i, std::span<const Output> outputs) const {
    const std::span<const Window> windows = windows_.of(i);
    const auto first = static_cast<std::size_t>(windows.data() - windows_.all().data());
    std::vector<WindowScores> scores;
    for (std::size_t at = first; at < first + windows.size(); ++at) {
      const std::span<const real> both = outputs[at].scores;
      scores.push_back({both.first(both.size() / 2), both.last(both.size() / 2)});
    }
    return answer(windows_, i, scores, options_);
  }

  Squad squad_;
  SquadWindows windows_;
  AnswerOptions options_;
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
