// Solutions of chapter 9.
#include <cmath>

#include "bert/data/mask.h"
#include "core/ops.h"

using namespace bertlet;

// Exercise 1: "a a a b": the entropy of its words, and the perplexity.
void by_hand() {
  const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  fmt::print("1  entropy {:.2f}, perplexity {:.2f}; blind {:.2f}, {:.0f}\n", entropy, std::exp(entropy), std::log(2),
             std::exp(std::log(2)));
}

// Exercise 2: BERT's vocabulary and its two tasks, before anything is learned.
void first_loss() {
  fmt::print("2  {:.2f} + {:.2f} = {:.2f}\n", std::log(30522), std::log(2), std::log(30522) + std::log(2));
}

// Exercise 3: a model that copies what it sees, asked about the hidden tokens.
void copying() {
  const text::Tokenizer tokenizer{text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d"})};
  const data::Pieces pieces(tokenizer);
  for (const data::MaskOptions& options :
       {data::MaskOptions{.masked = 1, .random = 0, .kept = 0}, data::MaskOptions{}}) {
    int64_t right = 0, hidden = 0;
    data::Random random({.seed = 1});
    for (int i = 0; i < 4000; ++i) {
      data::Instance x{.ids = {2, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 3}, .second = 14};
      data::hide_tokens(x, options, pieces, random);
      for (const data::Hidden& each : x.hidden) right += x.ids[to_size(each.position)] == each.id;
      hidden += std::ssize(x.hidden);
    }
    fmt::print("3  {:8} copying is right on {:.0f} %\n", options.kept > 0 ? "80/10/10" : "[MASK]",
               100 * static_cast<double>(right) / static_cast<double>(hidden));
  }
}

// Exercise 4: all pieces of a word are hidden, or none.
void whole_words() {
  const text::Tokenizer tokenizer{
      text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "##ed", "cat"})};
  const data::Pieces pieces(tokenizer);
  for (const data::MaskUnit unit : {data::MaskUnit::token, data::MaskUnit::word}) {
    int whole = 0, some = 0;
    data::Random random({.seed = 1});
    for (int i = 0; i < 1000; ++i) {
      data::Instance x{.ids = {2, 5, 6, 7, 8, 8, 8, 8, 8, 8, 8, 8, 3}, .second = 13};
      data::hide_tokens(x, {.rate = 0.3, .unit = unit}, pieces, random);
      int64_t of_word = 0;
      for (const data::Hidden& each : x.hidden) of_word += each.position >= 1 && each.position <= 3;
      whole += of_word == 3;
      some += of_word > 0;
    }
    fmt::print("4  {}: of the times a piece of \"unwanted\" is hidden, all three are in {:.0f} %\n",
               unit == data::MaskUnit::token ? "tokens" : "words ", 100.0 * whole / some);
  }
}

int main() {
  by_hand();
  first_loss();
  copying();
  whole_words();
}
