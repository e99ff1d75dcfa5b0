#include <algorithm>

#include "bert/tasks/questions/answers.h"
#include "core/real.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t longest = 15;  // in tokens

struct Scored {
  double score;
  int64_t first, last;  // tokens of the passage
};

// Of each token of the passage; [CLS] is counted in and then left out.
std::vector<double> shares(std::span<const real> scores, const Window& window) {
  std::vector<double> all = {static_cast<double>(scores[0])};
  for (int64_t token = window.begin; token < window.end; ++token)
    all.push_back(static_cast<double>(scores[to_size(window.offset + token - window.begin)]));
  std::vector<double> to = softmax(all);
  to.erase(to.begin());
  return to;
}

void add_best(const Window& window, const WindowScores& scores, int64_t top_k, std::vector<Scored>& all) {
  const std::vector<double> begin = shares(scores.begin, window), end = shares(scores.end, window);
  std::vector<Scored> mine;
  for (int64_t first = 0; first < std::ssize(begin); ++first)
    for (int64_t last = first; last < std::min(first + longest, std::ssize(end)); ++last)
      mine.push_back({begin[to_size(first)] * end[to_size(last)], window.begin + first, window.begin + last});
  const auto kept = mine.begin() + std::min<int64_t>(top_k, std::ssize(mine));
  std::partial_sort(mine.begin(), kept, mine.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  all.insert(all.end(), mine.begin(), kept);
}

// Answers begin and end with whole words.
io::Json record_of(const Scored& scored, const SquadWindows& windows, const Window& window) {
  const text::Tokens& tokens = windows.passage(window).tokens;
  const text::Vocabulary& vocabulary = windows.tokenizer().vocabulary();
  const auto goes_on = [&](std::size_t token) {
    return vocabulary.token(tokens.ids[token]).starts_with(text::inside_mark);
  };
  std::size_t first = to_size(scored.first), last = to_size(scored.last);
  while (first > 0 && goes_on(first)) --first;
  while (last + 1 < tokens.ids.size() && goes_on(last + 1)) ++last;
  return {{"score", scored.score},
          {"start", tokens.characters[first].begin},
          {"end", tokens.characters[last].end},
          {"answer", text::stretch(windows.text(window), {tokens.bytes[first].begin, tokens.bytes[last].end})}};
}

}  // namespace

io::Json pipeline_answers(const SquadWindows& windows, int64_t question, std::span<const WindowScores> scores,
                          int64_t top_k) {
  const std::span<const Window> mine = windows.of(question);
  std::vector<Scored> all;
  for (std::size_t i = 0; i < mine.size(); ++i) add_best(mine[i], scores[i], top_k, all);
  std::ranges::stable_sort(all, std::greater(), &Scored::score);
  io::Json to = io::Json::array();
  for (int64_t i = 0; i < std::min(top_k, std::ssize(all)); ++i)
    to.push_back(record_of(all[to_size(i)], windows, mine[0]));
  return std::ssize(all) > 0 && top_k == 1 ? io::Json(to.elements()[0]) : to;
}

}  // namespace bertlet::tasks
