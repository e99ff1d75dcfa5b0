#include "bert/tasks/questions/squad_windows.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t grain = 16;
constexpr int64_t around = 3;  // [CLS], [SEP] and [SEP]

template <class F>
void for_all(std::size_t n, const F& f) {
  parallel_for(static_cast<int64_t>(n), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) f(to_size(i));
  });
}

std::vector<Window> windows_over(int64_t tokens, int64_t room, int64_t stride) {
  std::vector<Window> windows;
  for (int64_t begin = 0; begin < tokens; begin += std::min(room, stride)) {
    windows.push_back({.begin = begin, .end = std::min(begin + room, tokens)});
    if (windows.back().end == tokens) break;
  }
  return windows;
}

void mark(Window& window, const text::Span& answer) {
  if (answer.begin < window.begin || answer.end >= window.end) return;
  window.answer_begin = window.offset + answer.begin - window.begin;
  window.answer_last = window.offset + answer.end - window.begin;
}

}  // namespace

SquadWindows::SquadWindows(const Squad& squad, const text::Tokenizer& tokenizer, const WindowOptions& options, Use use)
    : squad_(squad),
      tokenizer_(tokenizer),
      passages_(squad.passages.size()),
      questions_(squad.questions.size()),
      of_(squad.questions.size()) {
  require(options.stride > 0 && options.max_question_length >= 0,
          "squad: got a stride of {} and questions of at most {} tokens, want at least 1 and 0", options.stride,
          options.max_question_length);
  for_all(passages_.size(), [&](std::size_t i) { passages_[i] = passage_of(squad.passages[i], tokenizer); });
  std::vector<std::vector<Window>> cuts(questions_.size());
  for_all(questions_.size(), [&](std::size_t i) {
    questions_[i] = tokenizer.tokenize(squad.questions[i].text, text::Keep::ids).ids;
    if (std::ssize(questions_[i]) > options.max_question_length)
      questions_[i].resize(to_size(options.max_question_length));
    cuts[i] = cut(static_cast<int64_t>(i), options, use);
  });
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    of_[i].begin = std::ssize(windows_);
    windows_.insert(windows_.end(), cuts[i].begin(), cuts[i].end());
    of_[i].end = std::ssize(windows_);
  }
}

int64_t SquadWindows::left_out() const {
  return std::ranges::count_if(of_, [](const text::Span& its) { return its.begin == its.end; });
}

std::vector<Window> SquadWindows::cut(int64_t number, const WindowOptions& options, Use use) const {
  const Question& asked = question(number);
  const std::size_t passage = to_size(asked.passage);
  const int64_t size = std::ssize(questions_[to_size(number)]);
  const int64_t room = options.max_length - size - around;
  require(room > 0, "squad: question '{}' of {} tokens leaves no room for the text in windows of {}", asked.id, size,
          options.max_length);
  std::optional<text::Span> answer;
  if (use != Use::predicting && !asked.impossible && !asked.answers.empty())
    answer = tokens_of(asked.answers[0], squad_.passages[passage], passages_[passage], tokenizer_);
  const bool known = answer || asked.impossible;
  if (use == Use::training && !known) return {};
  std::vector<Window> windows =
      windows_over(std::ssize(passages_[passage].tokens.ids), room,
                   options.overlap ? std::max<int64_t>(1, room - *options.overlap) : options.stride);
  for (Window& window : windows) {
    window.question = number;
    window.offset = size + 2;
    if (answer) mark(window, *answer);
    if (use != Use::predicting && !known) window.answer_begin = window.answer_last = no_label;
  }
  return windows;
}

std::span<const Window> SquadWindows::of(int64_t question) const {
  const auto [begin, end] = of_[to_size(question)];
  return std::span(windows_).subspan(to_size(begin), to_size(end - begin));
}

const std::string& SquadWindows::text(const Window& window) const {
  return squad_.passages[to_size(question(window.question).passage)];
}

const Passage& SquadWindows::passage(const Window& window) const {
  return passages_[to_size(question(window.question).passage)];
}

std::vector<int64_t> SquadWindows::ids(const Window& window) const {
  const text::SpecialTokens& special = tokenizer_.options().special;
  const int64_t sep = tokenizer_.vocabulary().id(special.sep);
  std::vector<int64_t> ids = {tokenizer_.vocabulary().id(special.cls)};
  ids.reserve(to_size(window.length()));
  const auto& asked = questions_[to_size(window.question)];
  ids.insert(ids.end(), asked.begin(), asked.end());
  ids.push_back(sep);
  const auto& tokens = passage(window).tokens.ids;
  ids.insert(ids.end(), tokens.begin() + window.begin, tokens.begin() + window.end);
  ids.push_back(sep);
  return ids;
}

std::vector<int64_t> SquadWindows::types(const Window& window) const {
  std::vector<int64_t> types(to_size(window.length()), 1);
  std::fill_n(types.begin(), window.offset, 0);
  return types;
}

// A little goes to longer windows; the first of equal ones stays.
std::vector<std::size_t> best_windows(std::span<const Window> windows) {
  const int64_t tokens = windows.empty() ? 0 : windows.back().end;
  std::vector<std::size_t> best(to_size(tokens));
  std::vector<double> most(best.size(), -1);
  for (std::size_t i = 0; i < windows.size(); ++i)
    for (int64_t token = windows[i].begin; token < windows[i].end; ++token) {
      const int64_t less = std::min(token - windows[i].begin, windows[i].end - 1 - token);
      const double score = static_cast<double>(less) + 0.01 * static_cast<double>(windows[i].end - windows[i].begin);
      if (score <= most[to_size(token)]) continue;
      most[to_size(token)] = score;
      best[to_size(token)] = i;
    }
  return best;
}

}  // namespace bertlet::tasks
