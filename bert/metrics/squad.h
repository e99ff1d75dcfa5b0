#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How well questions were answered, as SQuAD 2.0's own script evaluate-v2.0.py counts it.
//
//   const AnswerScore score = answer_score({"10th", "the 10th century"}, "10th century");  // 1, 1
//   squad_scores(scores).all.f1;
namespace bertlet::metrics {

// What of an answer counts: lower case, without ASCII's signs, without a, an and the, one space between words.
std::string normal_answer(std::string_view text);

struct AnswerScore {
  double exact = 0;        // 1: the same as one of the gold answers
  double f1 = 0;           // of the words that the two have in common, with the gold answer that it is best with
  bool has_answer = true;  // there are gold answers at all
  bool answered = true;    // an answer was given
};

// No gold answers: the question has none, and to give none ("") is right.
AnswerScore answer_score(std::span<const std::string> gold, std::string_view predicted);

struct SquadPart {  // exact and f1 in percent
  double exact = 0, f1 = 0;
  int64_t total = 0;
};
struct SquadScores {
  SquadPart all;
  std::optional<SquadPart> has_answer, no_answer;  // of questions with and without an answer, if there are any
};
SquadScores squad_scores(std::span<const AnswerScore> scores);

// The same when those answers are withheld whose score for "no answer" is above a threshold.
AnswerScore withheld(const AnswerScore& score);
SquadScores squad_scores(std::span<const AnswerScore> scores, std::span<const double> no_answer, double threshold);

// The threshold with which the result, in percent, is best; 0 if none is better than to answer nothing. Where scores
// are equal the order of the questions counts, as in the script.
struct BestThreshold {
  double result = 0, threshold = 0;
};
BestThreshold best_exact(std::span<const AnswerScore> scores, std::span<const double> no_answer);
BestThreshold best_f1(std::span<const AnswerScore> scores, std::span<const double> no_answer);

}  // namespace bertlet::metrics
