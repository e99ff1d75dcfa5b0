#include "bert/tasks/questions/squad_windows.h"

#include <algorithm>
#include <utility>

#include "bert/text/unicode/utf8.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t grain = 16;
constexpr int64_t around = 3;  // [CLS], [SEP] and [SEP]

// Google's choice for SQuAD, which leaves out most of Unicode's spaces.
bool parts_words(char32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x202F; }

// The stretches between characters that part words.
std::vector<Word> words_of(std::string_view text, bool (*parts)(char32_t)) {
  std::vector<Word> words;
  bool inside = false;
  int64_t character = 0;
  for (std::size_t at = 0; at < text.size(); ++character) {
    const text::Decoded next = text::decode(text.substr(at));
    const auto begin = static_cast<int64_t>(at), end = begin + next.length;
    const bool goes_on = std::exchange(inside, !parts(next.c));
    if (inside && !goes_on) words.push_back({{begin, end}, character});
    if (inside) words.back().bytes.end = end;
    at = to_size(end);
  }
  return words;
}

std::string with_spaces_between(std::string_view text, std::span<const Word> words) {
  std::string result;
  for (const Word& word : words) {
    if (!result.empty()) result += ' ';
    result += text::stretch(text, word.bytes);
  }
  return result;
}

// As Python's " ".join(text.split()).
std::string single_spaced(std::string_view text) {
  return with_spaces_between(text, words_of(text, [](char32_t c) { return text::is_space(c, text::Rules::google); }));
}

// The word with the character, or the last one before it.
int64_t word_at(const Passage& passage, int64_t character) {
  const auto after = std::ranges::upper_bound(passage.words, character, {}, &Word::first_character);
  return std::max<int64_t>(0, after - passage.words.begin() - 1);
}

// How many tokens there are before a word.
int64_t tokens_before(const Passage& passage, int64_t word) {
  return std::ranges::lower_bound(passage.tokens.words, word) - passage.tokens.words.begin();
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

Passage passage_of(std::string_view text, const text::Tokenizer& tokenizer) {
  Passage passage{.words = words_of(text, parts_words), .tokens = {}};
  if (passage.words.empty()) return passage;
  passage.tokens = tokenizer.tokenize(text);
  auto word = passage.words.begin();
  for (std::size_t i = 0; i < passage.tokens.ids.size(); ++i) {
    while (word + 1 != passage.words.end() && word->bytes.end <= passage.tokens.bytes[i].begin) ++word;
    passage.tokens.words[i] = word - passage.words.begin();
  }
  return passage;
}

std::string words_between(std::string_view text, const Passage& passage, int64_t first, int64_t last) {
  return with_spaces_between(text, std::span(passage.words).subspan(to_size(first), to_size(last - first + 1)));
}

std::optional<text::Span> tokens_of(const Answer& answer, std::string_view text, const Passage& passage,
                                    const text::Tokenizer& tokenizer) {
  if (answer.text.empty() || passage.words.empty()) return {};
  const auto size = static_cast<int64_t>(text::count_characters(answer.text));
  const int64_t first = word_at(passage, answer.start), last = word_at(passage, answer.start + size - 1);
  if (words_between(text, passage, first, last).find(single_spaced(answer.text)) == std::string::npos) return {};
  const auto& ids = passage.tokens.ids;
  const auto begin = ids.begin() + tokens_before(passage, first), end = ids.begin() + tokens_before(passage, last + 1);
  if (begin == end) return {};
  const std::vector<int64_t> own = tokenizer.tokenize(answer.text, text::Keep::ids).ids;
  const auto found = own.empty() ? end : std::search(begin, end, own.begin(), own.end());
  if (found == end) return text::Span{begin - ids.begin(), end - ids.begin() - 1};
  return text::Span{found - ids.begin(), found - ids.begin() + std::ssize(own) - 1};
}

SquadWindows::SquadWindows(const Squad& squad, const text::Tokenizer& tokenizer, const WindowOptions& options, Use use)
    : squad_(squad),
      tokenizer_(tokenizer),
      passages_(squad.passages.size()),
      questions_(squad.questions.size()),
      of_(squad.questions.size()) {
  require(options.stride > 0 && options.max_question_length >= 0,
          "squad: got a stride of {} and questions of at most {} tokens, want at least 1 and 0", options.stride,
          options.max_question_length);
  parallel_each(std::ssize(passages_), grain,
                [&](int64_t i) { passages_[to_size(i)] = passage_of(squad.passages[to_size(i)], tokenizer); });
  std::vector<std::vector<Window>> cuts(questions_.size());
  parallel_each(std::ssize(questions_), grain, [&](int64_t i) {
    std::vector<int64_t>& ids = questions_[to_size(i)];
    ids = tokenizer.tokenize(question(i).text, text::Keep::ids).ids;
    ids.resize(std::min(ids.size(), to_size(options.max_question_length)));
    cuts[to_size(i)] = cut(i, options, use);
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
