// Where in a passage the answer to a question stands.
#include <algorithm>
#include <map>

#include "bert/tasks/questions/answers.h"
#include "bert/tasks/task.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char *unanswerable = "no answer", *shown_unanswerable = "(no answer)";
constexpr std::size_t shown_answers = 5;

Squad squad_of(const Examples& examples) {
  Squad squad;
  std::map<std::string_view, int64_t> known;
  for (const Example& row : examples.rows) {
    const auto [passage, is_new] = known.emplace(row.text_b, std::ssize(squad.passages));
    if (is_new) squad.passages.push_back(row.text_b);
    Question& question = squad.questions.emplace_back(Question{.id = row.others.empty() ? "" : row.others[0],
                                                               .text = row.text,
                                                               .passage = passage->second,
                                                               .impossible = row.label == "none"});
    for (std::size_t i = 0; i < row.labels.size(); ++i) question.answers.push_back({row.labels[i], row.places[i]});
  }
  return squad;
}

// An example is a question, an item one of its windows.
struct QuestionData : Data {
  Squad squad;
  SquadWindows windows;

  QuestionData(Examples from, const text::Tokenizer& with, const WindowOptions& options, Use use, text::Keep keep)
      : Data(std::move(from), with), squad(squad_of(examples)), windows(squad, with, options, use) {
    for (const Window& window : windows.all()) {
      Item& item = items.emplace_back();
      item.sequences = {{windows.ids(window), windows.types(window)}};
      item.example = window.question;
      if (use != Use::predicting) item.labels = {window.answer_begin, window.answer_last};
      if (keep == text::Keep::offsets) item.characters = characters_of(window);
    }
  }

  // Of the question's tokens in it, and of the passage's.
  std::vector<text::Span> characters_of(const Window& window) const {
    const std::vector<text::Span> asked = tokenizer->tokenize(row(window.question).text).characters;
    const std::vector<text::Span>& passage = windows.passage(window).tokens.characters;
    std::vector<text::Span> to(to_size(window.length()));
    std::copy_n(asked.begin(), window.offset - 2, to.begin() + 1);
    std::copy(passage.begin() + window.begin, passage.begin() + window.end, to.begin() + window.offset);
    return to;
  }
};

const QuestionData& questions_of(const Data& data) { return static_cast<const QuestionData&>(data); }

std::vector<WindowScores> scores_of(const Data& data, int64_t i, Outputs outputs) {
  std::vector<WindowScores> scores;
  for (const Output& output : outputs_of(data, i, outputs)) {
    const std::span<const real> both = output.scores;
    scores.push_back({both.first(both.size() / 2), both.last(both.size() / 2)});
  }
  return scores;
}

// What is right, each once.
std::vector<std::string> gold(const Example& row) {
  std::vector<std::string> texts;
  for (const std::string& each : row.labels)
    if (std::ranges::find(texts, each) == texts.end()) texts.push_back(each);
  return texts;
}

// Of what was said; where nothing can be said, that is certain.
double probability(const Answered& answered) {
  const auto found = std::ranges::find(answered.candidates, answered.text, &Candidate::text);
  return found == answered.candidates.end() ? 1 : found->probability;
}

class QuestionAnswering : public Task {
 public:
  Facts facts() const override {
    return {"qa", "Where in a passage the answer to a question stands", "", "BertForQuestionAnswering"};
  }
  Content content() const override { return Content::question; }
  std::vector<std::string> labels_of(const Example& row) const override { return one_label(row); }

  void visit_use(const options::Visitor& f) override {
    f({"threshold",
       &threshold_,
       "Give no answer where \"none\" scores higher than the best answer by more than this; otherwise the best on dev",
       {.least = std::numeric_limits<double>::lowest()}});
  }
  // As pipelines cut passages, which count what windows share; and a passage is always thought to answer.
  void take(const bert::Config&) override {
    max_length = 384;
    overlap_ = 128;
  }
  void settle(const metrics::Measures& measures) override {
    if (const metrics::Measure* best = metrics::find(measures, "best_f1_threshold")) threshold_ = best->value;
  }

  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override {
    const std::string file = examples.file;
    const WindowOptions how{.max_length = max_length.value_or(384), .stride = stride_, .overlap = overlap_};
    auto to = std::make_unique<QuestionData>(std::move(examples), tokenizer, how, use, keep);
    require(!to->items.empty() || use != Use::training,
            "{}: got no question with an answer that stands in its passage, want some to train on", file);
    return to;
  }

  bert::Wanted wanted(ItemSpan items) const override {
    bert::Wanted to;
    for (const Item* item : items) {
      if (item->labels.empty()) continue;
      to.starts.push_back(item->labels[0]);
      to.ends.push_back(item->labels[1]);
    }
    return to;
  }
  double weight(const Scores& scores) const override {
    const std::vector<int64_t>& starts = scores.wanted.starts;
    return static_cast<double>(std::ssize(starts) - std::ranges::count(starts, no_label));
  }

  // All beginnings, then all ends.
  std::vector<Output> outputs(const bert::Network&, const Scores& scored, ItemSpan items) const override {
    std::vector<Output> to;
    const real* row = scored.scored.scores.value().data();  // [N, 2]
    for (const Item* item : items) {
      const auto tokens = to_size(item->tokens());
      std::vector<real>& scores = to.emplace_back().scores;
      scores.resize(2 * tokens);
      for (std::size_t i = 0; i < tokens; ++i, row += 2) {
        scores[i] = row[0];
        scores[tokens + i] = row[1];
      }
    }
    return to;
  }

  // Finding the answers takes long, scoring them again and again does not.
  Measuring measuring(const Data& data, Outputs outputs) const override {
    std::vector<AnsweredScores> all;
    for (int64_t i = 0; i < data.size(); ++i)
      all.push_back(scores_of(this->answered(data, i, outputs), gold(data.row(i))));
    return [all = std::move(all)](Chosen chosen) { return measures_of(all, chosen); };
  }

  // That nothing is ever answered.
  std::vector<Output> baseline(const Data& data) const override {
    std::vector<Output> to;
    for (const Item& item : data.items) {
      const auto tokens = to_size(item.tokens());
      std::vector<real>& scores = to.emplace_back().scores;
      scores.assign(2 * tokens, 0);
      scores[0] = scores[tokens] = 1;
    }
    return to;
  }

  // Wrong is what is not exactly one of the gold answers. The place is the question's id.
  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override {
    const Answered answered = this->answered(data, i, outputs);
    std::vector<std::string> is = gold(data.row(i));
    const bool right = metrics::answer_score(is, answered.text).exact == 1;
    if (is.empty()) is.emplace_back(unanswerable);
    return {.right = right,
            .place = questions_of(data).squad.questions[to_size(i)].id,
            .text = data.row(i).text,
            .facts = {{"is", is}, {"said", answered.text.empty() ? unanswerable : answered.text}},
            .scale = "confidence",
            .degree = probability(answered)};
  }

  Examples asked(const std::vector<std::string>& texts, const std::string& context,
                 const text::Tokenizer&) const override {
    require(!context.empty(), "qa: got questions without a passage, want --context F or --passage TEXT");
    Examples to{.file = "prompt", .others = {"id"}};
    for (const std::string& text : texts)
      to.rows.push_back({.line = std::ssize(to.rows) + 1,
                         .text = text,
                         .text_b = context,
                         .others = {std::to_string(to.rows.size() + 1)}});
    return to;
  }

  Record prediction(const Data& data, int64_t i, Outputs outputs) const override {
    const Answered answered = this->answered(data, i, outputs);
    Record candidates = Record::array();
    for (const Candidate& each : answered.candidates)
      candidates.push_back({{"text", each.text}, {"probability", each.probability}, {"score", each.score()}});
    return {{"id", questions_of(data).squad.questions[to_size(i)].id},
            {"question", data.row(i).text},
            {"prediction", answered.text},
            {"none", answered.none},
            {"n_best", std::move(candidates)}};
  }

  std::string shown(const Data& data, int64_t i, Outputs outputs) const override {
    const Answered answered = this->answered(data, i, outputs);
    Shares shares;
    for (const Candidate& each : answered.candidates)
      if (shares.size() < shown_answers)
        shares.push_back({each.text.empty() ? shown_unanswerable : each.text, each.probability});
    return (answered.text.empty() ? shown_unanswerable : in_passage(data.row(i).text_b, answered)) + "\n" +
           shares_shown(std::move(shares));
  }

  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions& options) const override {
    const std::vector<WindowScores> scores = scores_of(data, i, outputs);
    return pipeline_answers(questions_of(data).windows, i, scores, std::max<int64_t>(1, options.top_k));
  }

 protected:
  void visit_own(const options::Visitor& f) override {
    f({"stride", &stride_, "Tokens from the beginning of a window to that of the next"});
    f({"overlap", &overlap_, "Tokens that two windows share, instead of --stride", {.least = 0}});
  }

 private:
  Answered answered(const Data& data, int64_t i, Outputs outputs) const {
    const std::vector<WindowScores> scores = scores_of(data, i, outputs);
    return answer(questions_of(data).windows, i, scores, {.none_threshold = threshold_});
  }

  int64_t stride_ = 128;
  std::optional<int64_t> overlap_ = {};
  double threshold_ = 0;
};

}  // namespace

std::unique_ptr<Task> qa() { return std::make_unique<QuestionAnswering>(); }

}  // namespace bertlet::tasks
