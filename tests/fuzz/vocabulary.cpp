#include <fmt/core.h>

#include <set>
#include <string>

#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/unicode/utf8.h"
#include "bert/text/vocabulary/vocabulary_training.h"
#include "bert/text/vocabulary/word_counts.h"
#include "core/parallel.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"

// Vocabularies trained from random bytes: as large as asked for at most, no token twice, the same with any number of
// threads, and with an alphabet that is not limited no word of the text is unknown.
//
//   fuzz_vocabulary --calls 100000 --seed 7

namespace {

namespace text = bertlet::text;

void hold(bool truth, const char* what) {
  if (!truth) throw Wrong(what);
}

constexpr const char* bits[] = {"a",  "b",  "ab", "the ",  "##",   "A",  "É", "e\u0301",  "Σ",     "中", "각",
                                " ",  "\t", "\r", "\v",    "\xC3", "\0", ".", "\u2028",   "😀",     "ß",  "\xE2\x82",
                                "aa", "ba", "1",  "[UNK]", "\xFF", "-",  "İ", "\u200b x", "\u302e"};

std::string line(Draw& draw) {
  std::string made;
  for (int64_t i = draw.below(30); i > 0; --i)
    if (draw.one_in(20))
      made += static_cast<char>(draw.below(256));
    else
      made += bits[draw.below(std::ssize(bits))];
  return made;
}

struct Corpus {
  std::vector<std::string> lines;
  text::WordCountOptions words;
  text::TrainingOptions training;
};

Corpus corpus(Draw& draw) {
  Corpus made;
  for (int64_t i = draw.below(40); i > 0; --i) made.lines.push_back(line(draw));
  made.words.text.rules = draw.one_in(2) ? text::Rules::google : text::Rules::huggingface;
  made.words.text.lower_case = draw.one_in(2);
  made.words.text.chinese = !draw.one_in(4);
  made.words.longest_word = draw.between(1, 40);
  made.training.size = draw.between(1, 300);
  made.training.min_frequency = draw.between(1, 4);
  if (draw.one_in(3)) made.training.alphabet_limit = draw.between(1, 20);
  return made;
}

std::vector<std::string> trained(const Corpus& corpus, text::WordCounts& counts, int threads) {
  bertlet::set_threads(threads);
  for (const std::string& line : corpus.lines) counts.add(line);
  return text::trained_vocabulary(counts.words(), corpus.training).tokens();
}

void check_known(const Corpus& corpus, text::WordCounts& counts, const std::vector<std::string>& tokens) {
  const text::Tokenizer tokenizer(text::Vocabulary(tokens), {.text = corpus.words.text});
  std::vector<text::Piece> pieces;
  for (const text::WordCount& item : counts.words()) {
    pieces.clear();
    tokenizer.pieces().split(item.word, pieces);
    hold(pieces.front().id != tokenizer.vocabulary().id("[UNK]"), "a word of the text is unknown");
  }
}

void try_training(Draw& draw) {
  const Corpus made = corpus(draw);
  text::WordCounts counts(made.words), again(made.words);
  try {
    const std::vector<std::string> tokens = trained(made, counts, 1);
    hold(std::ssize(tokens) <= made.training.size, "a vocabulary is too large");
    hold(std::set(tokens.begin(), tokens.end()).size() == tokens.size(), "a token is there twice");
    hold(trained(made, again, 3) == tokens, "the vocabulary depends on the number of threads");
    for (const std::string& token : tokens) hold(text::valid_utf8(token) == token, "a token is not UTF-8");
    if (!made.training.alphabet_limit) check_known(made, counts, tokens);
  } catch (const bertlet::Error& error) {
    hold(std::string_view(error.what()).starts_with("vocabulary: got size"), error.what());
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  return fuzz(fuzz_options(argument_count, arguments, 1000), [](Draw& draw, std::string& about) {
    about = "training";
    try_training(draw);
    return true;
  });
}
