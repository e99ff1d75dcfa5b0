#include "bert/tasks/tagging_data.h"

#include <algorithm>

#include "bert/text/unicode/utf8.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/real.h"
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

void add_tokens(const std::string& text, const text::Encoding& window, int64_t first_row,
                const text::Tokenizer& tokenizer, std::vector<TokenScores>& to) {
  const int64_t unknown = tokenizer.vocabulary().id(tokenizer.options().special.unknown);
  for (std::size_t i = 0; i < window.ids.size(); ++i) {
    if (window.special[i]) continue;
    to.push_back({tokenizer.vocabulary().token(window.ids[i]), std::string(text::stretch(text, window.bytes[i])),
                  first_row + static_cast<int64_t>(i), window.characters[i].begin, window.characters[i].end,
                  window.ids[i] == unknown});
  }
}

const std::vector<std::string> aggregations = {"none", "simple", "first", "average", "max"};
constexpr std::string_view no_entity = "O";

// A token or a word with the label that it got.
struct Tagged {
  std::string label, word;
  double score = 0;
  int64_t begin = 0, end = 0, index = 0;
};

std::size_t best(const std::vector<double>& shares) {
  return to_size(std::ranges::max_element(shares) - shares.begin());
}

// Pieces as a word, and words with spaces between them. Spaces are mended within each token alone.
std::string in_words(const std::vector<std::string>& tokens) {
  std::string to;
  for (const std::string& token : tokens)
    to += text::cleaned_up(to.empty() ? token : token.starts_with("##") ? token.substr(2) : " " + token);
  return to;
}

std::vector<Tagged> each_token(const std::vector<TokenScores>& tokens, const std::vector<std::string>& labels) {
  std::vector<Tagged> to;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const TokenScores& token = tokens[i];
    const std::size_t label = best(token.probabilities);
    to.push_back({labels[label], token.shown(), token.probabilities[label], token.begin, token.end,
                  static_cast<int64_t>(i) + 1});
  }
  return to;
}

std::vector<double> shares_of_word(std::span<const TokenScores> word, const std::string& aggregation) {
  if (aggregation == "first") return word[0].probabilities;
  if (aggregation == "max")
    return std::ranges::max_element(word, {},
                                    [](const TokenScores& token) { return std::ranges::max(token.probabilities); })
        ->probabilities;
  std::vector<double> mean(word[0].probabilities.size());
  for (const TokenScores& token : word)
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += token.probabilities[i] / static_cast<double>(word.size());
  return mean;
}

std::vector<Tagged> each_word(const std::vector<TokenScores>& tokens, const std::vector<std::string>& labels,
                              const std::string& aggregation) {
  std::vector<Tagged> to;
  for (std::size_t begin = 0, end = 0; begin < tokens.size(); begin = end) {
    for (end = begin + 1; end < tokens.size() && tokens[end].goes_on();) ++end;
    const std::span word = std::span(tokens).subspan(begin, end - begin);
    std::vector<std::string> pieces;
    for (const TokenScores& token : word) pieces.push_back(token.shown());
    const std::vector<double> shares = shares_of_word(word, aggregation);
    to.push_back({labels[best(shares)], in_words(pieces), shares[best(shares)], word.front().begin, word.back().end});
  }
  return to;
}

// B-PER: B and PER; what has no prefix goes on.
std::pair<char, std::string> cut(const std::string& label) {
  const bool has = label.starts_with("B-") || label.starts_with("I-");
  return {has ? label[0] : 'I', has ? label.substr(2) : label};
}

io::Json group_record(std::span<const Tagged> group) {
  double score = 0;
  std::vector<std::string> words;
  for (const Tagged& each : group) {
    score += each.score / static_cast<double>(group.size());
    words.push_back(each.word);
  }
  const std::string& label = group[0].label;
  const std::size_t dash = label.find('-');
  return {{"entity_group", dash == std::string::npos ? label : label.substr(dash + 1)},
          {"score", score},
          {"word", in_words(words)},
          {"start", group.front().begin},
          {"end", group.back().end}};
}

io::Json grouped(const std::vector<Tagged>& tagged) {
  io::Json to = io::Json::array();
  for (std::size_t begin = 0, end = 0; begin < tagged.size(); begin = end) {
    for (end = begin + 1; end < tagged.size(); ++end) {
      const auto [prefix, type] = cut(tagged[end].label);
      if (prefix == 'B' || type != cut(tagged[end - 1].label).second) break;
    }
    io::Json record = group_record(std::span(tagged).subspan(begin, end - begin));
    if (record["entity_group"] != no_entity) to.push_back(std::move(record));
  }
  return to;
}

}  // namespace

TaggingData::TaggingData(Examples from, const text::Tokenizer& with, int64_t max_length, const Labels& labels)
    : Data(std::move(from), with), tokens_(examples.rows.size()) {
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
    if (is_text) add_tokens(row.text, window, std::ssize(item.labels), *tokenizer, tokens_[to_size(i)]);
    for (const int64_t word : window.words) {
      const bool begins = word != text::Encoding::none && word != last;
      if (word != text::Encoding::none) last = word;
      item.labels.push_back(begins ? label(word) : no_label);
      if (begins) item.places.push_back(word);
    }
    item.add(std::move(window));
  }
}

std::vector<TokenScores> TaggingData::scored(int64_t i, std::span<const real> scores) const {
  std::vector<TokenScores> tokens = tokens_[to_size(i)];
  const std::size_t labels = scores.size() / to_size(items[to_size(i)].tokens());
  for (TokenScores& token : tokens) {
    const std::span<const real> its = scores.subspan(to_size(token.row) * labels, labels);
    token.probabilities = softmax(std::vector<double>(its.begin(), its.end()));
  }
  return tokens;
}

bool TokenScores::goes_on() const {
  return !is_unknown && text::count_characters(token) != text::count_characters(piece);
}

io::Json pipeline_entities(const std::vector<TokenScores>& tokens, const std::vector<std::string>& labels,
                           const std::string& aggregation) {
  require_one_of("aggregation", aggregation, aggregations);
  if (aggregation == "simple") return grouped(each_token(tokens, labels));
  if (aggregation != "none") return grouped(each_word(tokens, labels, aggregation));
  io::Json to = io::Json::array();
  for (const Tagged& each : each_token(tokens, labels))
    if (each.label != no_entity)
      to.push_back({{"entity", each.label},
                    {"score", each.score},
                    {"index", each.index},
                    {"word", each.word},
                    {"start", each.begin},
                    {"end", each.end}});
  return to;
}

}  // namespace bertlet::tasks
