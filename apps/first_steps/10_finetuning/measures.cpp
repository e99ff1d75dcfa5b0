// Three models are judged: one tells moods apart, one finds names, one answers questions.
#include "bert/metrics/bootstrap.h"
#include "bert/metrics/classification.h"
#include "bert/metrics/entities.h"
#include "bert/metrics/squad.h"
#include "core/real.h"
#include "core/require.h"

using namespace bertlet::metrics;

void moods() {
  const std::vector<int64_t> gold = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2}, predicted = {0, 0, 0, 0, 1, 1, 1, 0, 2, 0};
  const std::vector<std::string> names = {"calm", "glad", "sad"};
  const Confusion confusion(gold, predicted, 3);
  fmt::print("{}\n{}\n", matrix_text(confusion, names), scores_text(confusion, names));
  fmt::print("accuracy {:.2f}, always the same {:.2f}, Matthews {:.2f}\n", accuracy(confusion),
             majority_baseline(confusion), matthews(confusion));

  const Interval interval = bootstrap(std::ssize(gold), [&](Chosen examples) {
    double right = 0;
    for (const int64_t i : examples) right += gold[bertlet::to_size(i)] == predicted[bertlet::to_size(i)];
    return right / static_cast<double>(examples.size());
  });
  fmt::print("with ten examples that may as well be {:.2f} or {:.2f}\n\n", interval.low, interval.high);
}

void names() {
  const std::vector<Tags> gold = {{"B-PER", "I-PER", "O", "B-LOC"}, {"O", "B-LOC"}};
  const std::vector<Tags> predicted = {{"I-PER", "I-PER", "O", "B-LOC"}, {"O", "B-PER"}};
  fmt::print("{}\n", table(named_counts(entity_report(gold, predicted))));
  const auto f1 = [&](std::optional<Scheme> strict) {
    return averages(counts(entity_report(gold, predicted, strict))).micro.f1;
  };
  fmt::print("F1 {:.2f}, where names must begin with B {:.2f}\n\n", f1({}), f1(Scheme::iob2));
}

void questions() {
  const std::vector<std::string> gold = {"in the 10th century", "the 900s"}, none = {};
  const std::vector<AnswerScore> scores = {answer_score(gold, "10th century"), answer_score(gold, "The 900s."),
                                           answer_score(none, "France"), answer_score(none, "")};
  const SquadScores squad = squad_scores(scores);
  fmt::print("exact {:.1f} %, F1 {:.1f} %; of questions with an answer {:.1f} % and {:.1f} %\n", squad.all.exact,
             squad.all.f1, squad.has_answer->exact, squad.has_answer->f1);
  const BestThreshold best = best_f1(scores, std::vector<double>{-3, -5, 1, 4});
  fmt::print("F1 {:.1f} % if no answer is given where \"none\" scores more than {}\n", best.result, best.threshold);
}

int main() {
  moods();
  names();
  questions();
}
