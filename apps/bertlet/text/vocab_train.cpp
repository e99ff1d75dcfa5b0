#include <fmt/core.h>

#include <chrono>
#include <filesystem>

#include "apps/bertlet/progress.h"
#include "apps/bertlet/text/tokenizer_options.h"
#include "apps/bertlet/text/vocab.h"
#include "bert/io/json/document.h"
#include "bert/text/vocabulary/vocabulary_training.h"
#include "core/require.h"

namespace apps {

namespace {

namespace text = bertlet::text;

struct VocabTrainOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::vector<std::string> files;
  std::string out;
  bool force = false;
  text::WordCountOptions words;
  text::TrainingOptions training;

  void visit(const options::Visitor& f);
};

void VocabTrainOptions::visit(const options::Visitor& f) {
  f({"text", &files, "Text files; -: standard input", {.type = "F", .needed = true}});
  f({"out", &out, "Where the vocabulary goes, one token per line", {.type = "F", .needed = true}});
  f({"force", &force, "Replace a file that is there"});
  f({"size", &training.size, "How many tokens, special ones included"});
  f({"min-frequency", &training.min_frequency, "How often two pieces stand side by side that become one"});
  f({"alphabet", &training.alphabet_limit, "How many different characters, the most frequent ones", {.empty = "auto"}});
  f({"special", &training.special, "The special tokens, in this order, from id 0", {.type = "TOKEN"}});
  f({"longest-word", &words.longest_word, "In characters; longer words count for nothing"});
  f({"most-words", &words.most_words, "How many different words are remembered; of more, the rarest are forgotten"});
  tokenizer.visit_text(f);
  common.visit(f);
}

constexpr const char* about_vocab_train =
    R"(The words of the text, as the tokenizer cuts them under the same options, are counted; then pieces that often stand
side by side in them become one, as in Hugging Face's WordPieceTrainer. The vocabulary depends on the text and the
options alone, to the byte. Of the characters it knows the most frequent 1000, or more where a text
needs more for 99.9 % of it, as Chinese does; --alphabet says how many instead.

Example: echo 'the cat sat on the mat' | bertlet vocab train --text - --size 30 --out /tmp/vocab.txt --force)";

void check_out(const VocabTrainOptions& options) {
  const std::filesystem::path out(options.out), folder = out.has_parent_path() ? out.parent_path() : ".";
  bertlet::require(!std::filesystem::is_directory(out), "{}: is a folder, want a name for a file", options.out);
  bertlet::require(std::filesystem::is_directory(folder), "{}: there is no such folder", folder.string());
  bertlet::require(options.force || !std::filesystem::exists(out), "{}: is there already — with --force it is replaced",
                   options.out);
}

text::Vocabulary trained(const std::vector<text::WordCount>& words, const VocabTrainOptions& options) {
  Progress progress("joining pieces", options.training.size, {1, "pieces"}, options.common.quiet);
  text::TrainingOptions training = options.training;
  training.progress = [&](int64_t size) { progress.at(size); };
  return text::trained_vocabulary(words, training);
}

struct Result {
  int64_t size, distinct_words;
  double seconds;
};

void print_json(const VocabTrainOptions& options, const text::WordCounts& counts, const Result& result) {
  fmt::print("{}\n", bertlet::io::Json{{"out", options.out},
                                       {"size", result.size},
                                       {"words", counts.total()},
                                       {"distinct_words", result.distinct_words},
                                       {"too_long", counts.too_long()},
                                       {"forgotten", counts.forgotten()},
                                       {"seconds", result.seconds}}
                         .dump());
}

void print(const VocabTrainOptions& options, const text::WordCounts& counts, const Result& result) {
  fmt::print("{}: {} tokens from {} words, {} of them different\n", options.out, result.size, counts.total(),
             result.distinct_words);
  if (counts.too_long() > 0)
    fmt::print("{} words were longer than {} characters\n", counts.too_long(), options.words.longest_word);
  if (counts.forgotten() > 0)
    fmt::print("Rare words were forgotten, so counts may be {} short: see --most-words\n", counts.forgotten());
  if (result.size < options.training.size)
    fmt::print("No two pieces stand side by side {} times any more: see --min-frequency\n",
               options.training.min_frequency);
}

int run_vocab_train(const VocabTrainOptions& options) {
  options.common.apply();
  check_out(options);
  const auto begin = std::chrono::steady_clock::now();
  text::WordCountOptions word_options = options.words;
  word_options.text = text_options(options.tokenizer);
  text::WordCounts counts(word_options);
  count_words(options.files, counts, options.common.quiet);
  const std::vector<text::WordCount> words = counts.words();
  bertlet::require(!words.empty(), "vocab train: the text has no words");
  const text::Vocabulary vocabulary = trained(words, options);
  vocabulary.write(options.out);

  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const Result result{vocabulary.size(), std::ssize(words), seconds};
  if (options.common.json)
    print_json(options, counts, result);
  else if (!options.common.quiet)
    print(options, counts, result);
  return 0;
}

}  // namespace

void add_vocab_train(const Command& vocab) {
  const auto options = std::make_shared<VocabTrainOptions>();
  Command command = vocab.add("train", "A WordPiece vocabulary from text", about_vocab_train);
  command.options(*options);
  command.runs([options] { return run_vocab_train(*options); });
}

}  // namespace apps
