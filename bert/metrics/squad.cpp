#include "bert/metrics/squad.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/metrics/scores.h"
#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace bertlet::metrics {

namespace {

using Words = std::vector<std::string>;

std::string lower_case(std::string_view text) {
  static const text::CharacterTable table(
      {.rules = text::Rules::google, .clean = false, .chinese = false, .lower_case = true, .strip_accents = false});
  return std::string(text::normalized(text, table, text::Keep::ids).text());
}

bool is_ascii_sign(char32_t c) { return c < 0x80 && text::is_punctuation(c, text::Rules::google); }

bool is_article(std::u32string_view letters) { return letters == U"a" || letters == U"an" || letters == U"the"; }

// An article ends where its letters and digits end, at whatever sign.
std::u32string without_articles(std::u32string_view text) {
  std::u32string kept;
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    while (end < text.size() && text::is_alphanumeric(text[end])) ++end;
    const std::u32string_view letters = text.substr(begin, end - begin);
    kept += is_article(letters) ? U" " : letters;
    if (end < text.size()) kept += text[end++];
  }
  return kept;
}

Words words_of(std::u32string_view text) {
  Words words;
  bool inside = false;
  for (const char32_t c : text) {
    const bool is_space = text::is_space(c, text::Rules::google);
    if (!is_space && !inside) words.emplace_back();
    if (!is_space) text::append(c, words.back());
    inside = !is_space;
  }
  return words;
}

Words normal_words(std::string_view answer) {
  std::u32string text = text::decoded(lower_case(answer));
  std::erase_if(text, is_ascii_sign);
  return words_of(without_articles(text));
}

// Each word is found as often as both have it.
double words_f1(Words gold, Words predicted) {
  if (gold.empty() || predicted.empty()) return gold.empty() && predicted.empty() ? 1 : 0;
  std::ranges::sort(gold);
  std::ranges::sort(predicted);
  Words common;
  std::ranges::set_intersection(gold, predicted, std::back_inserter(common));
  const auto count = [](const Words& words) { return static_cast<double>(words.size()); };
  return scores({count(common), count(predicted), count(gold)}).f1;
}

SquadPart part(std::span<const AnswerScore> scores) {
  SquadPart part{.total = std::ssize(scores)};
  for (const AnswerScore& score : scores) {
    part.exact += score.exact;
    part.f1 += score.f1;
  }
  part.exact = 100 * ratio(part.exact, static_cast<double>(part.total));
  part.f1 = 100 * ratio(part.f1, static_cast<double>(part.total));
  return part;
}

std::optional<SquadPart> part_where(std::span<const AnswerScore> scores, bool has_answer) {
  std::vector<AnswerScore> chosen;
  for (const AnswerScore& score : scores)
    if (score.has_answer == has_answer) chosen.push_back(score);
  if (chosen.empty()) return {};
  return part(chosen);
}

void require_alike(std::span<const AnswerScore> scores, std::span<const double> no_answer) {
  require(scores.size() == no_answer.size(), "squad: got {} scores for no answer, want one for each of {} questions",
          no_answer.size(), scores.size());
  for (const double score : no_answer) require(!std::isnan(score), "squad: got NaN as a score for no answer");
}

// With nothing answered, questions without an answer are right. Then one question after another is answered, those
// first that are least likely to have none.
BestThreshold best(std::span<const AnswerScore> scores, std::span<const double> no_answer, double AnswerScore::*value) {
  require_alike(scores, no_answer);
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return no_answer[i]; });
  double sum = static_cast<double>(std::ranges::count(scores, false, &AnswerScore::has_answer));
  BestThreshold best{.result = sum};
  for (const std::size_t i : order) {
    sum += scores[i].has_answer ? scores[i].*value : scores[i].answered ? -1 : 0;
    if (sum > best.result) best = {sum, no_answer[i]};
  }
  best.result = 100 * ratio(best.result, static_cast<double>(scores.size()));
  return best;
}

}  // namespace

std::string normal_answer(std::string_view text) {
  std::string normal;
  for (const std::string& word : normal_words(text)) normal += (normal.empty() ? "" : " ") + word;
  return normal;
}

AnswerScore answer_score(std::span<const std::string> gold, std::string_view predicted) {
  AnswerScore score{.has_answer = !gold.empty(), .answered = !predicted.empty()};
  const Words given = normal_words(predicted);
  bool compared = false;
  for (const std::string& answer : gold) {
    const Words want = normal_words(answer);
    if (want.empty()) continue;
    compared = true;
    score.exact = std::max(score.exact, want == given ? 1. : 0.);
    score.f1 = std::max(score.f1, words_f1(want, given));
  }
  if (!compared) score.exact = score.f1 = given.empty() ? 1 : 0;
  return score;
}

SquadScores squad_scores(std::span<const AnswerScore> scores) {
  require(!scores.empty(), "squad: got no question");
  return {.all = part(scores), .has_answer = part_where(scores, true), .no_answer = part_where(scores, false)};
}

AnswerScore withheld(const AnswerScore& score) {
  const double right = score.has_answer ? 0 : 1;
  return {.exact = right, .f1 = right, .has_answer = score.has_answer, .answered = false};
}

SquadScores squad_scores(std::span<const AnswerScore> scores, std::span<const double> no_answer, double threshold) {
  require_alike(scores, no_answer);
  std::vector<AnswerScore> after(scores.begin(), scores.end());
  for (std::size_t i = 0; i < after.size(); ++i)
    if (no_answer[i] > threshold) after[i] = withheld(after[i]);
  return squad_scores(after);
}

BestThreshold best_exact(std::span<const AnswerScore> scores, std::span<const double> no_answer) {
  return best(scores, no_answer, &AnswerScore::exact);
}

BestThreshold best_f1(std::span<const AnswerScore> scores, std::span<const double> no_answer) {
  return best(scores, no_answer, &AnswerScore::f1);
}

}  // namespace bertlet::metrics
