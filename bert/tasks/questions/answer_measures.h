#pragma once
#include "bert/metrics/measure.h"
#include "bert/metrics/squad.h"
#include "bert/tasks/questions/answers.h"

// How good answers are. Finding one takes long, scoring it again and again does not.
namespace bertlet::tasks {

struct AnsweredScores {
  metrics::AnswerScore score, unwithheld;  // the second: were each question answered
  double none = 0;
};
AnsweredScores scores_of(const Answered& answered, const std::vector<std::string>& gold);

// F1 and exact matches in percent; where some questions have no answer, of both kinds, and the best threshold.
metrics::Measures measures_of(std::span<const AnsweredScores> all, std::span<const std::int64_t> chosen);

}  // namespace bertlet::tasks
