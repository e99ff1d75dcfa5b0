// Which tokens are hidden and behind what, counted over 5000 instances; and what a loss has to be compared with.
#include <cmath>
#include <map>

#include "bert/data/mask.h"
#include "core/names.h"

using namespace bertlet;

text::Tokenizer tokenizer_of(int64_t words) {
  std::vector<std::string> tokens{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  for (int64_t i = 0; i < words; ++i) tokens.push_back(fmt::format("w{}", i));
  return text::Tokenizer{text::Vocabulary(tokens)};
}

void count_masks() {
  const text::Tokenizer tokenizer = tokenizer_of(1000);
  const data::Pieces pieces(tokenizer);
  data::Random random({.seed = 1});
  int64_t tokens = 0, hidden = 0, masked = 0, kept = 0;
  for (int instance = 0; instance < 5000; ++instance) {
    data::Instance x;
    x.ids = {pieces.cls};
    for (int i = 0; i < 38; ++i) x.ids.push_back(5 + random.below(1000));
    x.ids.push_back(pieces.sep);
    x.second = x.size();
    data::hide_tokens(x, {}, pieces, random);
    tokens += x.size();
    for (const data::Hidden& each : x.hidden) {
      const int64_t now = x.ids[to_size(each.position)];
      ++hidden;
      masked += now == pieces.mask;
      kept += now == each.id;
    }
  }
  const auto percent = [](int64_t part, int64_t whole) {
    return 100 * static_cast<double>(part) / static_cast<double>(whole);
  };
  fmt::print("asked for        {:.0f} % of {} tokens\n", percent(hidden, tokens), tokens);
  fmt::print("  [MASK]         {:.0f} %\n", percent(masked, hidden));
  fmt::print("  another token  {:.0f} %\n", percent(hidden - masked - kept, hidden));
  fmt::print("  as it was      {:.0f} %\n\n", percent(kept, hidden));
}

void baselines(const std::vector<std::string>& words) {
  std::map<std::string, double> counts;
  for (const std::string& word : words) ++counts[word];
  double entropy = 0;
  for (const auto& [word, count] : counts) {
    const double p = count / static_cast<double>(words.size());
    entropy -= p * std::log(p);
  }
  fmt::print("guessing among {} words  {:.2f}\nknowing their counts    {:.2f}\n", counts.size(),
             std::log(static_cast<double>(counts.size())), entropy);
}

int main() {
  count_masks();
  baselines({"the", "cat", "sees", "the", "dog", "the", "dog", "sees", "the", "cat"});
}
