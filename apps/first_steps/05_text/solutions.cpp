// Solutions of chapter 5.
#include <fmt/ranges.h>

#include <map>

#include "bert/text/tokenizer/tokenizer.h"

using namespace bertlet::text;

std::string cut(const std::vector<std::string>& tokens, const std::string& text) {
  const Tokenizer tokenizer{Vocabulary(tokens)};
  std::vector<std::string> pieces;
  for (const int64_t id : tokenizer.tokenize(text).ids) pieces.push_back(tokenizer.vocabulary().token(id));
  return fmt::format("{}", fmt::join(pieces, " "));
}

// Exercise 1 and 2.
void cuts() {
  fmt::print("1  {}\n", cut({"[UNK]", "[CLS]", "[SEP]", "un", "##want", "##ed", "##wanted"}, "unwanted"));
  fmt::print("2  {}\n", cut({"[UNK]", "[CLS]", "[SEP]", "ang", "an", "##gs", "##t", "##s"}, "angst"));
  fmt::print("   {}\n", cut({"[UNK]", "[CLS]", "[SEP]", "ang", "an", "##gs", "##t"}, "angst"));
}

// Exercise 3: where "ß" stands, in bytes and in characters.
void offsets() {
  const Tokenizer tokenizer{Vocabulary({"[UNK]", "[CLS]", "[SEP]", "[MASK]", "stra", "##ß", "##e"})};
  const Tokens tokens = tokenizer.tokenize("Straße");
  for (std::size_t i = 0; i < tokens.ids.size(); ++i)
    fmt::print("3  {:5} bytes {}-{} characters {}-{}\n", tokenizer.vocabulary().token(tokens.ids[i]),
               tokens.bytes[i].begin, tokens.bytes[i].end, tokens.characters[i].begin, tokens.characters[i].end);
}

// Exercise 4: which pair of pieces stands side by side most often is joined, again and again.
using Word = std::vector<std::string>;

std::pair<std::string, std::string> most_frequent_pair(const std::map<Word, int>& words) {
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const auto& [word, times] : words)
    for (std::size_t i = 0; i + 1 < word.size(); ++i) counts[{word[i], word[i + 1]}] += times;
  auto best = counts.begin();
  for (auto pair = counts.begin(); pair != counts.end(); ++pair)
    if (pair->second > best->second) best = pair;
  return best->first;
}

Word joined(const Word& word, const std::pair<std::string, std::string>& pair) {
  Word to;
  for (const std::string& piece : word) {
    const bool fits = !to.empty() && to.back() == pair.first && piece == pair.second;
    if (fits)
      to.back() += piece.substr(2);  // without its ##
    else
      to.push_back(piece);
  }
  return to;
}

void training() {
  std::map<Word, int> words{{{"l", "##o", "##w"}, 5},
                            {{"l", "##o", "##w", "##e", "##r"}, 1},
                            {{"n", "##e", "##w", "##e", "##s", "##t"}, 5},
                            {{"w", "##i", "##d", "##e", "##s", "##t"}, 3}};
  for (int merge = 0; merge < 3; ++merge) {
    const auto pair = most_frequent_pair(words);
    fmt::print("4  {} {}\n", pair.first, pair.second);
    std::map<Word, int> next;
    for (const auto& [word, times] : words) next[joined(word, pair)] += times;
    words = next;
  }
}

int main() {
  cuts();
  offsets();
  training();
}
