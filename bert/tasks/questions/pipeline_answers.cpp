#include "bert/tasks/questions/pipeline_answers.h"

#include <algorithm>

namespace bertlet::tasks {

namespace {

constexpr std::int64_t longest = 15;  // in tokens

struct Scored {
  double score;
  std::int64_t first, last;  // tokens of the passage
};

// Of each token of the passage; [CLS] is counted in and then left out.
std::vector<double> shares(std::span<const real> scores, const Window& window) {
  std::vector<double> all = {static_cast<double>(scores[0])};
  for (std::int64_t token = window.begin; token < window.end; ++token)
    all.push_back(static_cast<double>(scores[static_cast<std::size_t>(window.offset + token - window.begin)]));
  std::vector<double> to = softmax(all);
  to.erase(to.begin());
  return to;
}

void add_best(const Window& window, const WindowScores& scores, std::int64_t top_k, std::vector<Scored>& all) {
  const std::vector<double> begin = shares(scores.begin, window), end = shares(scores.end, window);
  std::vector<Scored> mine;
  for (std::int64_t first = 0; first < std::ssize(begin); ++first)
    for (std::int64_t last = first; last < std::min(first + longest, std::ssize(end)); ++last)
      mine.push_back({begin[static_cast<std::size_t>(first)] * end[static_cast<std::size_t>(last)],
                      window.begin + first, window.begin + last});
  const auto kept = mine.begin() + std::min<std::int64_t>(top_k, std::ssize(mine));
  std::partial_sort(mine.begin(), kept, mine.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  all.insert(all.end(), mine.begin(), kept);
}

// Answers begin and end with whole words.
io::Json record_of(const Scored& scored, const SquadWindows& windows, const Window& window) {
  const text::Tokens& tokens = windows.passage(window).tokens;
  const auto goes_on = [&](std::int64_t token) {
    return windows.tokenizer()
        .vocabulary()
        .token(tokens.ids[static_cast<std::size_t>(token)])
        .starts_with(text::inside_mark);
  };
  std::int64_t first = scored.first, last = scored.last;
  while (first > 0 && goes_on(first)) --first;
  while (last + 1 < std::ssize(tokens.ids) && goes_on(last + 1)) ++last;
  const auto from = static_cast<std::size_t>(first), to = static_cast<std::size_t>(last);
  const auto begin = static_cast<std::size_t>(tokens.bytes[from].begin),
             end = static_cast<std::size_t>(tokens.bytes[to].end);
  return {{"score", scored.score},
          {"start", tokens.characters[from].begin},
          {"end", tokens.characters[to].end},
          {"answer", windows.text(window).substr(begin, end - begin)}};
}

}  // namespace

io::Json pipeline_answers(const SquadWindows& windows, std::int64_t question, std::span<const WindowScores> scores,
                          std::int64_t top_k) {
  const std::span<const Window> mine = windows.of(question);
  std::vector<Scored> all;
  for (std::size_t i = 0; i < mine.size(); ++i) add_best(mine[i], scores[i], top_k, all);
  std::ranges::stable_sort(all, std::greater(), &Scored::score);
  io::Json to = io::Json::array();
  for (std::int64_t i = 0; i < std::min(top_k, std::ssize(all)); ++i)
    to.push_back(record_of(all[static_cast<std::size_t>(i)], windows, mine[0]));
  return std::ssize(all) > 0 && top_k == 1 ? io::Json(to.elements()[0]) : to;
}

}  // namespace bertlet::tasks
