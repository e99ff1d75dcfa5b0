#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/text/tokenizer_options.h"
#include "apps/bertlet/text/vocab.h"
#include "bert/io/json/document.h"
#include "bert/text/vocabulary/vocabulary_report.h"
#include "core/names.h"

namespace apps {

namespace {

namespace text = bertlet::text;
using bertlet::io::Json;

struct VocabInspectOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::vector<std::string> files;
  int examples = 10;

  void visit(const options::Visitor& f);
};

void VocabInspectOptions::visit(const options::Visitor& f) {
  f({"vocab", &tokenizer.vocab, "vocab.txt, or a model directory", {.type = "F", .needed = true, .by_place = true}});
  f({"text", &files, "Text files; -: standard input", {.type = "F"}});
  f({"examples", &examples, "How many of the longest tokens and of unknown words", {.least = 0, .most = 1 << 20}});
  tokenizer.visit_text(f);
  common.visit(f);
}

constexpr const char* about_vocab_inspect =
    R"(Pieces by kind and script, and the longest. With --text also how the vocabulary serves a text:
  coverage         words that can be cut into pieces, of all words; the others are unknown and become [UNK]
  pieces per word  of words that are known

Example: printf '[UNK]\n[CLS]\n[SEP]\nthe\ncat\n##s\n' >/tmp/vocab.txt; echo 'The cats sat' | bertlet vocab inspect /tmp/vocab.txt --text -)";

Json json_of(const text::VocabularyReport& report) {
  Json json{{"size", report.size}, {"scripts", report.scripts}, {"longest", report.longest}};
  for (const text::PieceKind kind : text::piece_kinds) {
    const auto found = report.kinds.find(kind);
    json["kinds"][std::string(name(kind))] = found == report.kinds.end() ? 0 : found->second;
  }
  return json;
}

Json json_of(const text::CoverageReport& report) {
  Json unknown = Json::array();
  for (const text::WordCount& item : report.most_frequent_unknown)
    unknown.push_back({{"word", std::string(item.word)}, {"count", item.count}});
  return {{"words", report.words},
          {"distinct_words", report.distinct},
          {"coverage", report.coverage()},
          {"unknown", report.unknown},
          {"unknown_rate", report.unknown_rate()},
          {"distinct_unknown", report.distinct_unknown},
          {"whole", report.whole},
          {"pieces_per_word", report.pieces_per_word()},
          {"used", report.used},
          {"most_frequent_unknown", unknown}};
}

void print(const text::VocabularyReport& report) {
  fmt::print("{} tokens\n\n{:<22} {:>8}\n", report.size, "kind", "tokens");
  for (const text::PieceKind kind : text::piece_kinds)
    if (const auto found = report.kinds.find(kind); found != report.kinds.end())
      fmt::print("{:<22} {:>8}\n", name(kind), found->second);
  fmt::print("\n{:<22} {:>8}\n", "script", "tokens");
  std::vector<std::pair<std::string, int64_t>> scripts(report.scripts.begin(), report.scripts.end());
  std::ranges::stable_sort(scripts, std::greater(), &std::pair<std::string, int64_t>::second);
  for (const auto& item : scripts) fmt::print("{:<22} {:>8}\n", item.first, item.second);
  fmt::print("\nlongest: {}\n", bertlet::joined(report.longest, " "));
}

void print(const text::CoverageReport& report, int64_t size) {
  fmt::print("\n{} words, {} different\n", report.words, report.distinct);
  fmt::print("coverage            {:.4f} %\n", 100 * report.coverage());
  fmt::print("unknown             {:.4f} % ({} words)\n", 100 * report.unknown_rate(), report.unknown);
  fmt::print("pieces per word     {:.4f}\n", report.pieces_per_word());
  fmt::print("tokens of use       {} of {}\n", report.used, size);
  if (report.most_frequent_unknown.empty()) return;
  fmt::print("\n{:<22} {:>8}\n", "unknown word", "times");
  for (const text::WordCount& item : report.most_frequent_unknown) fmt::print("{:<22} {:>8}\n", item.word, item.count);
}

int run_vocab_inspect(const VocabInspectOptions& options) {
  options.common.apply();
  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  const auto examples = to_size(options.examples);
  const text::VocabularyReport report = text::vocabulary_report(tokenizer, examples);
  text::WordCounts counts({.text = tokenizer.options().text, .longest_word = *tokenizer.options().longest_word});
  count_words(options.files, counts, options.common.quiet);
  const text::CoverageReport coverage = text::coverage_report(tokenizer, counts, examples);
  if (options.common.json) {
    Json json = json_of(report);
    if (!options.files.empty()) json["text"] = json_of(coverage);
    fmt::print("{}\n", json.dump());
    return 0;
  }
  print(report);
  if (!options.files.empty()) print(coverage, report.size);
  return 0;
}

}  // namespace

void add_vocab_inspect(const Command& vocab) {
  const auto options = std::make_shared<VocabInspectOptions>();
  Command command = vocab.add("inspect", "What is in a vocabulary, and how it serves a text", about_vocab_inspect);
  command.options(*options);
  command.runs([options] { return run_vocab_inspect(*options); });
}

}  // namespace apps
