#include "bert/tasks/tagging_data.h"

#include "bert/tasks/softmax.h"
#include "bert/tasks/windows.h"
#include "core/mapped.h"
#include "nn/losses/losses.h"

namespace bertlet::tasks {

namespace {

// The words of a text, as its tokens have them.
std::vector<std::string> words_in(const std::string& text, const std::vector<text::Encoding>& windows) {
  std::vector<text::Span> spans;
  for (const text::Encoding& window : windows)
    for (std::size_t i = 0; i < window.words.size(); ++i) {
      if (window.words[i] == text::Encoding::none) continue;
      if (window.words[i] >= std::ssize(spans)) spans.resize(to_size(window.words[i]) + 1, window.bytes[i]);
      spans[to_size(window.words[i])].end = window.bytes[i].end;
    }
  return mapped(spans, [&](const text::Span& span) { return std::string(text::stretch(text, span)); });
}

void add_tokens(const std::string& text, const text::Encoding& window, const text::Tokenizer& tokenizer,
                std::vector<TokenScores>& to) {
  const int64_t unknown = tokenizer.vocabulary().id(tokenizer.options().special.unknown);
  for (std::size_t i = 0; i < window.ids.size(); ++i) {
    if (window.special[i]) continue;
    to.push_back({tokenizer.vocabulary().token(window.ids[i]), std::string(text::stretch(text, window.bytes[i])),
                  window.characters[i].begin, window.characters[i].end, window.ids[i] == unknown});
  }
}

}  // namespace

TaggingData::TaggingData(Examples from, const text::Tokenizer& with, int64_t max_length, const Labels& labels) {
  examples = std::move(from);
  tokenizer = &with;
  tokens_.resize(examples.rows.size());
  for (int64_t i = 0; i < size(); ++i) add(i, {.max_length = max_length, .overflow = true}, labels);
}

void TaggingData::add(int64_t i, const text::EncodeOptions& how, const Labels& labels) {
  Example& row = examples.rows[to_size(i)];
  const bool is_text = row.parts.empty();
  std::vector<text::Encoding> windows =
      windows_of(is_text ? tokenizer->encode(row.text, how) : tokenizer->encode_words(row.parts, how));
  if (is_text) row.parts = words_in(row.text, windows);
  Item& item = items.emplace_back(Item{.example = i});
  const auto label = [&](int64_t word) {
    return row.labels.empty() ? 0 : labels.id(row.labels[to_size(word)], examples.place(row, to_size(word)));
  };
  int64_t last = text::Encoding::none;
  for (text::Encoding& window : windows) {
    if (is_text) add_tokens(row.text, window, *tokenizer, tokens_[to_size(i)]);
    for (const int64_t word : window.words) {
      const bool begins = word != text::Encoding::none && word != last;
      if (word != text::Encoding::none) last = word;
      item.labels.push_back(begins ? label(word) : no_label);
      if (begins) item.places.push_back(word);
    }
    add_window(item, std::move(window));
  }
}

std::vector<TokenScores> TaggingData::scored(int64_t i, std::span<const real> scores) const {
  std::vector<TokenScores> tokens = tokens_[to_size(i)];
  const std::size_t labels = scores.size() / to_size(items[to_size(i)].tokens());
  auto token = tokens.begin();
  for (const bert::Sequence& sequence : items[to_size(i)].sequences)
    for (const int64_t id : sequence.ids) {
      const std::span<const real> one = scores.first(labels);
      scores = scores.subspan(labels);
      if (!tokenizer->is_special(id) && token != tokens.end())
        token++->probabilities = softmax(std::vector<double>(one.begin(), one.end()));
    }
  return tokens;
}

}  // namespace bertlet::tasks
