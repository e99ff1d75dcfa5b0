#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/view/inside/study.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;
namespace io = bertlet::io;
namespace view = bertlet::view;

struct NeighboursRunOptions {
  CommonOptions common;
  std::string model, file, in, html;
  std::vector<std::string> words;
  std::vector<int64_t> layers;
  int64_t top_k = 10, most = 20000;
  bool force = false;

  void visit(const options::Visitor& f) {
    f({"DIR", &model, "A model directory or a run", {.needed = true, .by_place = true}});
    f({"WORD", &words, "Words", {.needed = true, .by_place = true}});
    f({"file", &file, "Sentences, one a line: near are words of these", {.type = "F"}});
    f({"in",
       &in,
       "--file: the sentence in which the words stand; else their first place in the file",
       {.type = "TEXT"}});
    f({"layers", &layers, "--file: only these; 0: the embeddings", {.least = 0}});
    f({"most", &most, "--file: how many sentences are read"});
    f({"top-k", &top_k, "How many neighbours", {.most = 1 << 20}});
    f({"html", &html, "A page of one file", {.type = "F"}});
    f({"force", &force, "Replace a file that is there"});
    common.visit(f);
  }
};

constexpr const char* about_neighbours =
    R"(What lies near a word, by the cosine. Without --file, in the table of embeddings: the vectors of words before any
context. With it, by layer, among all words of the file's sentences, each with its state where it stands; of a word in
pieces it is the mean of theirs.

Examples: bertlet neighbours bert-base-uncased paris good
          bertlet neighbours bert-base-uncased bank --file text.txt --in 'He sat on the bank of the river.')";

std::vector<std::string> sentences_of(const std::string& file, int64_t most) {
  std::vector<std::string> to;
  io::LineBlocks blocks(file);
  for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
    for (const std::string_view line : *lines)
      if (!line.empty() && std::ssize(to) < most) to.emplace_back(line);
  return to;
}

template <class Text, class Json, class Page>
void show(const NeighboursRunOptions& options, const Text& text, const Json& json, const Page& page) {
  if (!options.html.empty()) io::write_file(options.html, page());
  if (options.common.json)
    fmt::print("{}\n", json().dump({.mends_strings = true}));
  else if (!options.common.quiet || options.html.empty())
    fmt::print("{}", text());
}

void run_table(const NeighboursRunOptions& options, const inside::TextEncoder& encoder) {
  std::vector<view::AskedWord> words;
  for (const std::string& word : options.words)
    words.push_back({word, inside::table_neighbours(encoder, word, options.top_k)});
  const auto& vocabulary = encoder.tokenizer.vocabulary();
  show(
      options, [&] { return view::neighbours_text(words, vocabulary); },
      [&] { return view::neighbours_json(words, vocabulary); },
      [&] { return view::neighbours_page(words, vocabulary, "Nearest words in " + options.model); });
}

std::vector<int64_t> layers_of(const NeighboursRunOptions& options, int64_t last) {
  std::vector<int64_t> to = options.layers;
  for (int64_t layer = 0; layer <= last && options.layers.empty(); ++layer) to.push_back(layer);
  for (const int64_t layer : to) bertlet::require(layer <= last, "--layers: got {}, want at most {}", layer, last);
  return to;
}

// The sentence of --in is the file's first, if it is given.
std::vector<view::AskedOccurrence> asked_in(const inside::WordsInContext& words, const NeighboursRunOptions& options) {
  std::vector<view::AskedOccurrence> to;
  const std::vector<int64_t> layers = layers_of(options, std::ssize(words.layers) - 1);
  for (const std::string& word : options.words) {
    const std::vector<int64_t> found = words.find(word);
    const bool is_there = !found.empty() && (options.in.empty() || words.occurrences[to_size(found[0])].sentence == 0);
    bertlet::require(is_there, "{}: is no word of {}", word, options.in.empty() ? options.file : "--in");
    view::AskedOccurrence& asked = to.emplace_back(view::AskedOccurrence{found[0], {}});
    for (const int64_t layer : layers)
      asked.layers.emplace_back(layer, inside::nearest(words, layer, found[0], options.top_k));
  }
  return to;
}

void run_contextual(const NeighboursRunOptions& options, const inside::TextEncoder& encoder) {
  std::vector<std::string> sentences = sentences_of(options.file, options.most);
  if (!options.in.empty()) sentences.insert(sentences.begin(), options.in);
  Progress progress("reading", std::ssize(sentences), {1, "texts"}, options.common.quiet);
  const inside::WordsInContext words =
      inside::words_in_context(encoder, std::move(sentences), {}, [&](int64_t texts) { progress.at(texts); });
  progress.wipe();
  const std::vector<view::AskedOccurrence> asked = asked_in(words, options);
  show(
      options, [&] { return view::occurrences_text(words, asked, screen_columns()); },
      [&] { return view::occurrences_json(words, asked); },
      [&] { return view::occurrences_page(words, asked, "Nearest words of " + options.file); });
}

int run_neighbours(const NeighboursRunOptions& options) {
  if (options.file.empty() && !(options.in.empty() && options.layers.empty()))
    throw WrongUsage("--in and --layers: want --file with them");
  if (!options.html.empty()) require_new(options.html, options.force);
  options.common.apply();
  const inside::TextEncoder encoder = inside::read_text_encoder(options.model);
  options.file.empty() ? run_table(options, encoder) : run_contextual(options, encoder);
  return 0;
}

}  // namespace

void add_neighbours(const Command& program) {
  const auto options = std::make_shared<NeighboursRunOptions>();
  Command command =
      program.add("neighbours", "What lies near a word, in the vocabulary or in sentences", about_neighbours);
  command.options(*options);
  command.runs([options] { return run_neighbours(*options); });
}

}  // namespace apps
