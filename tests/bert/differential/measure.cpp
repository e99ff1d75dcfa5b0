// Metrics as a program, for scripts that compare them with others': each line in is {"metric": NAME, …}, each line out
// is what the metric gives.
#include <iostream>
#include <nlohmann/json.hpp>

#include "bert/io/files/file.h"
#include "bert/metrics/classification.h"
#include "bert/metrics/correlation.h"
#include "bert/metrics/entities.h"
#include "bert/metrics/squad.h"
#include "bert/tasks/questions/answers.h"
#include "core/real.h"

using namespace bertlet;
using namespace bertlet::metrics;
using Json = nlohmann::json;

namespace {

using Labels = std::vector<int64_t>;
using Values = std::vector<double>;
using Sentences = std::vector<Tags>;

Json row(const Scores& s) { return {s.precision, s.recall, s.f1, s.support}; }

Json means(std::span<const Counts> labels) {
  const Averages all = averages(labels);
  return {row(all.micro), row(all.macro), row(all.weighted)};
}

Json rows(std::span<const Counts> labels) {
  Json rows = Json::array();
  for (const Counts& label : labels) rows.push_back(row(scores(label)));
  return rows;
}

Json classification(const Json& in) {
  const Confusion confusion(in["gold"].get<Labels>(), in["predicted"].get<Labels>(), in["classes"],
                            in["weights"].get<Values>());
  const std::vector<Counts> labels = label_counts(confusion);
  return {{"accuracy", accuracy(confusion)},
          {"matthews", matthews(confusion)},
          {"labels", rows(labels)},
          {"means", means(labels)}};
}

Json several_labels(const Json& in) {
  const Multilabel result = multilabel(in["gold"].get<Labels>(), in["predicted"].get<Labels>(), in["labels"]);
  return {{"subset", result.subset_accuracy},
          {"hamming", result.hamming_loss},
          {"labels", rows(result.counts)},
          {"means", means(result.counts)}};
}

Json correlation(const Json& in) {
  const Values x = in["x"].get<Values>(), y = in["y"].get<Values>();
  return {{"pearson", pearson(x, y)},
          {"spearman", spearman(x, y)},
          {"mse", mean_squared_error(x, y)},
          {"mae", mean_absolute_error(x, y)}};
}

Json auc(const Json& in) {
  const Labels gold = in["gold"].get<Labels>();
  const Values scores = in["scores"].get<Values>();
  return in.contains("classes") ? roc_auc(gold, scores, in["classes"]) : roc_auc(gold, scores);
}

Json entities(const Json& in) {
  std::optional<Scheme> strict;
  if (in.contains("scheme")) strict = find_scheme(in["scheme"].get<std::string>());
  if (in.contains("labels")) strict = scheme_of(in["labels"].get<Tags>());
  const EntityReport report = entity_report(in["gold"].get<Sentences>(), in["predicted"].get<Sentences>(), strict);
  Json types = Json::object();
  for (const auto& [name, type] : report.types) types[name] = row(scores(type));
  return {{"types", types}, {"means", means(counts(report))}, {"accuracy", tag_accuracy(report)}};
}

Json squad(const Json& in) {
  std::vector<AnswerScore> scores;
  Json each = Json::array();
  for (const Json& question : in["questions"]) {
    scores.push_back(
        answer_score(question["gold"].get<std::vector<std::string>>(), question["predicted"].get<std::string>()));
    each.push_back({scores.back().exact, scores.back().f1});
  }
  const Values no_answer = in["no_answer"].get<Values>();
  const SquadScores after = squad_scores(scores, no_answer, in["threshold"]);
  const BestThreshold exact = best_exact(scores, no_answer), f1 = best_f1(scores, no_answer);
  return {{"each", each},
          {"all", {after.all.exact, after.all.f1}},
          {"best_exact", {exact.result, exact.threshold}},
          {"best_f1", {f1.result, f1.threshold}}};
}

// Questions of a file in SQuAD's form, for which the script gives each window's scores.
Json answers(const Json& in) {
  const text::Tokenizer tokenizer(text::Vocabulary::read(in["vocab"].get<std::string>(), text::Rules::google),
                                  {.text = {.rules = text::Rules::google}});
  const auto file = in["file"].get<std::string>();
  const tasks::Squad squad = tasks::parse_squad(io::read_file(file), file);
  const tasks::SquadWindows windows(
      squad, tokenizer,
      {.max_length = in["max_length"], .stride = in["stride"], .max_question_length = in["max_question_length"]},
      tasks::Use::predicting);
  Json result = Json::array();
  for (int64_t question = 0; question < std::ssize(squad.questions); ++question) {
    const Json& given = in["scores"][to_size(question)];
    std::vector<std::vector<real>> numbers;
    for (const Json& window : given)
      for (const char* name : {"begin", "end"}) numbers.push_back(window[name].get<std::vector<real>>());
    std::vector<tasks::WindowScores> scores;
    for (std::size_t i = 0; i < numbers.size(); i += 2) scores.push_back({numbers[i], numbers[i + 1]});
    const tasks::Answered answered = tasks::answer(windows, question, scores,
                                                   {.n_best = in["n_best"],
                                                    .longest = in["longest"],
                                                    .may_have_none = in["may_have_none"],
                                                    .rules = text::Rules::google});
    Json candidates = Json::array();
    for (const tasks::Candidate& c : answered.candidates) candidates.push_back({c.text, c.probability});
    result.push_back({{"text", answered.text}, {"none", answered.none}, {"candidates", candidates}});
  }
  return result;
}

Json original(const Json& in) {
  const text::CharacterTable characters({.rules = text::Rules::google, .lower_case = in["lower_case"]});
  return tasks::original_text(in["normalised"].get<std::string>(), in["text"].get<std::string>(), characters);
}

using Metric = Json (*)(const Json&);
const std::map<std::string, Metric> metrics_by_name = {{"classification", classification},
                                                       {"multilabel", several_labels},
                                                       {"correlation", correlation},
                                                       {"auc", auc},
                                                       {"entities", entities},
                                                       {"squad", squad},
                                                       {"answers", answers},
                                                       {"original", original}};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    const Json in = Json::parse(line);
    std::cout << metrics_by_name.at(in["metric"].get<std::string>())(in).dump() << '\n';
  }
}
