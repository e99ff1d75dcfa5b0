// WordPiece in one loop: the longest piece first, then the longest one that continues it, and so on.
#include <fmt/ranges.h>

#include <set>

#include "bert/text/tokenizer/tokenizer.h"

using bertlet::text::Tokenizer;
using bertlet::text::Vocabulary;

const std::vector<std::string> tokens{"[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able",
                                      "##ab",  "##le",  "able",  "a",  "##f"};

std::vector<std::string> pieces_of(const std::string& word, const std::set<std::string>& vocabulary) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t end = word.size();
    const auto piece = [&] { return (begin > 0 ? "##" : "") + word.substr(begin, end - begin); };
    while (end > begin && !vocabulary.contains(piece())) --end;
    if (end == begin) return {"[UNK]"};  // no piece begins here: the whole word is unknown
    pieces.push_back(piece());
    begin = end;
  }
  return pieces;
}

int main() {
  const std::set<std::string> vocabulary(tokens.begin(), tokens.end());
  const Tokenizer tokenizer{Vocabulary(tokens)};
  for (const std::string word : {"unaffable", "able", "unable", "affable", "unaf"}) {
    std::vector<std::string> ours;
    for (const int64_t id : tokenizer.tokenize(word).ids) ours.push_back(tokenizer.vocabulary().token(id));
    const std::vector<std::string> pieces = pieces_of(word, vocabulary);
    fmt::print("{:10} {:20} {}\n", word, fmt::format("{}", fmt::join(pieces, " ")),
               pieces == ours ? "as bertlet" : "differs from bertlet");
  }
}
