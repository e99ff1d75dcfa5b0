#include <algorithm>

#include "bert/tasks/questions/answers.h"
#include "core/real.h"

namespace bertlet::tasks {

namespace {

// Where never to answer is best, the script's threshold is 0, which is meant for probabilities; here it is below all.
metrics::BestThreshold best_threshold(std::span<const metrics::AnswerScore> unwithheld, std::span<const double> none) {
  metrics::BestThreshold best = metrics::best_f1(unwithheld, none);
  const double below_all = *std::ranges::min_element(none) - 1;
  if (metrics::squad_scores(unwithheld, none, below_all).all.f1 >= best.result - 1e-9) best.threshold = below_all;
  return best;
}

}  // namespace

AnsweredScores scores_of(const Answered& answered, const std::vector<std::string>& gold) {
  const Candidate* best = answered.best();  // whether it is given for an answer or not
  return {.score = metrics::answer_score(gold, answered.text),
          .unwithheld = metrics::answer_score(gold, best ? best->text : ""),
          .none = answered.none};
}

metrics::Measures measures_of(std::span<const AnsweredScores> all, std::span<const int64_t> chosen) {
  std::vector<metrics::AnswerScore> scores, unwithheld;
  std::vector<double> none;
  for (const int64_t i : chosen) {
    const AnsweredScores& each = all[to_size(i)];
    scores.push_back(each.score);
    unwithheld.push_back(each.unwithheld);
    none.push_back(each.none);
  }
  const metrics::SquadScores result = metrics::squad_scores(scores);
  metrics::Measures to = {{"f1", result.all.f1}, {"exact", result.all.exact}};
  if (!result.has_answer || !result.no_answer) return to;
  const metrics::BestThreshold best = best_threshold(unwithheld, none);
  to.insert(to.end(), {{"has_answer_f1", result.has_answer->f1},
                       {"no_answer_f1", result.no_answer->f1},
                       {"best_f1", best.result},
                       {"best_f1_threshold", best.threshold, metrics::Better::neither}});
  return to;
}

}  // namespace bertlet::tasks
