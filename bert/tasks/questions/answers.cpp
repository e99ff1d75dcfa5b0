#include "bert/tasks/questions/answers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "bert/text/tokenizer/normalizer.h"
#include "core/mapped.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t shown_around = 80;  // bytes of the passage, on either side of an answer

// A stretch of a window that may be the answer; no window: there is none.
struct Pick {
  const Window* window = nullptr;
  int64_t first = 0, last = 0;  // tokens of the passage
  double begin = 0, end = 0;
};

// NaN, which has no order, counts as the least.
double at(std::span<const real> scores, int64_t column) {
  const auto score = static_cast<double>(scores[to_size(column)]);
  return std::isnan(score) ? -infinity : score;
}

// All that begin in one of the best columns and end in one of the best.
void pick(std::span<const Window> windows, std::size_t number, const std::vector<std::size_t>& best_window,
          const WindowScores& scores, const AnswerOptions& options, std::vector<Pick>& picks) {
  const Window& window = windows[number];
  const std::size_t length = to_size(window.length());
  require(scores.begin.size() >= length && scores.end.size() >= length,
          "answer: got {} and {} scores for a window of {} columns", scores.begin.size(), scores.end.size(), length);
  const auto in_text = [&](int64_t column) { return column >= window.offset && column + 1 < window.length(); };
  const std::vector<int64_t> ends = best_places(scores.end.first(length), options.n_best);
  for (const int64_t begin : best_places(scores.begin.first(length), options.n_best)) {
    if (!in_text(begin) || best_window[to_size(window.token_at(begin))] != number) continue;
    for (const int64_t end : ends)
      if (in_text(end) && end >= begin && end - begin < options.longest)
        picks.push_back(
            {&window, window.token_at(begin), window.token_at(end), at(scores.begin, begin), at(scores.end, end)});
  }
}

// [CLS] of the window that is surest that the answer is in it: "none" must hold for all of them.
Pick no_answer(std::span<const WindowScores> scores) {
  Pick none{.begin = infinity};
  for (const WindowScores& window : scores) {
    const Pick here{.begin = at(window.begin, 0), .end = at(window.end, 0)};
    if (here.begin + here.end < none.begin + none.end) none = here;
  }
  return none;
}

std::string text_of(const Pick& pick, const SquadWindows& windows, text::Rules rules) {
  if (pick.window == nullptr) return "";
  const std::string& text = windows.text(*pick.window);
  const Passage& passage = windows.passage(*pick.window);
  const text::Tokens& tokens = passage.tokens;
  const auto first = to_size(pick.first), last = to_size(pick.last);
  if (rules == text::Rules::huggingface)
    return std::string(
        text::stretch(text, {tokens.bytes[first].begin, std::max(tokens.bytes[first].end, tokens.bytes[last].end)}));
  const auto ids = std::span(tokens.ids).subspan(first, last - first + 1);
  std::string normalised = windows.tokenizer().decode(ids, {.clean_up = false});
  if (normalised.starts_with(text::inside_mark)) normalised.erase(0, text::inside_mark.size());  // the middle of a word
  return original_text(normalised, words_between(text, passage, tokens.words[first], tokens.words[last]),
                       windows.tokenizer().characters());
}

// The best of those that say different things.
std::vector<Candidate> candidates_of(std::vector<Pick> picks, const Pick& none, const SquadWindows& windows,
                                     const AnswerOptions& options) {
  const auto score = [](const Pick& pick) { return pick.begin + pick.end; };
  if (options.may_have_none) picks.push_back(none);
  std::ranges::stable_sort(picks, std::greater(), score);
  std::vector<Candidate> candidates;
  std::set<std::string> seen;
  const auto add = [&](const Pick& pick) {
    std::string text = text_of(pick, windows, options.rules);
    if (!seen.insert(text).second) return;
    Candidate& candidate = candidates.emplace_back(Candidate{std::move(text), pick.begin, pick.end});
    if (pick.window) candidate.start = windows.passage(*pick.window).tokens.bytes[to_size(pick.first)].begin;
  };
  for (const Pick& pick : picks)
    if (std::ssize(candidates) < options.n_best) add(pick);
  if (options.may_have_none) add(none);
  return candidates;
}

void set_probabilities(std::vector<Candidate>& candidates) {
  const std::vector<double> probabilities = softmax(mapped(candidates, &Candidate::score));
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].probability = probabilities[i];
}

std::u32string with_words_apart(std::string_view text, const text::CharacterTable& characters) {
  const text::Normalized even = text::normalized(text, characters, text::Keep::ids);
  std::string result;
  text::for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
    if (!result.empty()) result += ' ';
    result += even.text().substr(begin, end - begin);
  });
  return text::decoded(result);
}

// Where the characters are that are not spaces.
std::vector<std::size_t> letters(std::u32string_view text) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != U' ') places.push_back(i);
  return places;
}

// Where never to answer is best, the script's threshold is 0, which is meant for probabilities; here it is below all.
metrics::BestThreshold best_threshold(std::span<const metrics::AnswerScore> unwithheld, std::span<const double> none) {
  metrics::BestThreshold best = metrics::best_f1(unwithheld, none);
  const double below_all = *std::ranges::min_element(none) - 1;
  if (metrics::squad_scores(unwithheld, none, below_all).all.f1 >= best.result - 1e-9) best.threshold = below_all;
  return best;
}

}  // namespace

// Normalising moves spaces. As long as it takes and adds no letters, the n-th one after it is the n-th one before it.
std::string original_text(std::string_view normalised, std::string_view text, const text::CharacterTable& characters) {
  const std::u32string found_in = with_words_apart(text, characters), wanted = text::decoded(normalised);
  const std::u32string original = text::decoded(text);
  const std::vector<std::size_t> after = letters(found_in), before = letters(original);
  const std::size_t begin = found_in.find(wanted);
  if (wanted.empty() || begin == std::u32string::npos || after.size() != before.size()) return std::string(text);
  const auto first = std::ranges::lower_bound(after, begin);
  const auto last = std::ranges::lower_bound(after, begin + wanted.size() - 1);
  if (*first != begin || *last != begin + wanted.size() - 1) return std::string(text);  // a space at an end
  const std::size_t from = before[to_size(first - after.begin())];
  const std::size_t to = before[to_size(last - after.begin())];
  return text::encoded(original.substr(from, to - from + 1));
}

const Candidate* Answered::best() const {
  for (const Candidate& each : candidates)
    if (!each.text.empty()) return &each;
  return nullptr;
}

std::string in_passage(const std::string& passage, const Answered& answered) {
  const auto found = std::ranges::find(answered.candidates, answered.text, &Candidate::text);
  require(found != answered.candidates.end(), "in_passage: got an answer that is none of its candidates");
  const auto begin = to_size(found->start), end = begin + answered.text.size();
  const std::size_t space = begin > shown_around ? passage.rfind(' ', begin - shown_around) : 0;
  const std::size_t first = space == std::string::npos ? 0 : space;
  const std::size_t last = std::min(passage.find(' ', end + shown_around), passage.size());
  return (first > 0 ? "…" : "") + passage.substr(first, begin - first) + "**" + answered.text + "**" +
         passage.substr(end, last - end) + (last < passage.size() ? " …" : "");
}

Answered answer(const SquadWindows& windows, int64_t question, std::span<const WindowScores> scores,
                const AnswerOptions& options) {
  const std::span<const Window> mine = windows.of(question);
  require(scores.size() == mine.size(), "answer: got scores of {} windows, want those of the question's {}",
          scores.size(), mine.size());
  const std::vector<std::size_t> best_window = best_windows(mine);
  std::vector<Pick> picks;
  for (std::size_t i = 0; i < mine.size(); ++i) pick(mine, i, best_window, scores[i], options, picks);
  Answered answered;
  if (mine.empty()) return answered;
  const Pick none = no_answer(scores);
  answered.candidates = candidates_of(std::move(picks), none, windows, options);
  set_probabilities(answered.candidates);
  const Candidate* best = answered.best();
  if (!best) return answered;
  answered.none = none.begin + none.end - best->begin - best->end;
  if (!options.may_have_none || !(answered.none > options.none_threshold)) answered.text = best->text;
  return answered;
}

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
