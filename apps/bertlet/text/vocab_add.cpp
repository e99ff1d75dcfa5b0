#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/model/model_copy.h"
#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/text/vocab.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/int8.h"
#include "bert/io/models/resized_vocabulary.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace fs = std::filesystem;
namespace io = bertlet::io;
namespace text = bertlet::text;

struct VocabAddOptions {
  CommonOptions common;
  std::string directory, out, file, init = "mean";
  std::vector<std::string> tokens;
  bool special = false, force = false;

  void visit(const options::Visitor& f);
};

void VocabAddOptions::visit(const options::Visitor& f) {
  f({"directory", &directory, "A model directory or a run", {.type = "DIR", .needed = true, .by_place = true}});
  f({"out", &out, "The directory that is written", {.type = "OUT", .needed = true, .by_place = true}});
  f({"token", &tokens, "The new tokens", {.type = "TOKEN", .by_place = true}});
  f({"from", &file, "A file with more of them, one a line", {.type = "F"}});
  f({"init", &init, "What their rows begin with", {.values = {"mean", "normal"}, .type = "HOW"}});
  f({"special", &special, "They are left out when text is made of ids without special tokens"});
  f({"force", &force, "Write over what is there, but never over what is read"});
  common.visit(f);
}

constexpr const char* about_vocab_add =
    R"(OUT is the model with more tokens: they stand at the end of its vocabulary, are found in a text before it is cut into
words, and have embeddings, which training then gives a meaning; so has the decoder of a language model. A new row is
the mean of all others, or with --init normal numbers drawn as in a new model. Rows without a token, as a padded
vocabulary has them, are used first and stay as they are.

Example: bertlet vocab add bert-base-uncased /tmp/model covid '<name>')";

std::vector<std::string> tokens_of(const VocabAddOptions& options) {
  std::vector<std::string> tokens = options.tokens;
  if (options.file.empty()) return tokens;
  const std::string text = io::read_file(options.file);
  for (std::string_view line : io::split_lines(text)) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) tokens.emplace_back(line);
  }
  return tokens;
}

text::Tokenizer extended(const text::Tokenizer& tokenizer, const VocabAddOptions& options) {
  text::TokenizerOptions to = tokenizer.options();
  for (const std::string& token : tokens_of(options)) {
    bertlet::require(!token.empty(), "vocab add: got an empty token, want some characters");
    const auto id = tokenizer.vocabulary().find(token);
    const bool twice = std::ranges::find(to.added, token, &text::AddedToken::content) != to.added.end();
    if (id && !options.common.quiet) bertlet::say(fmt::format("{}: is there already, with the id {}", token, *id));
    if (!id && !twice)
      to.added.push_back({.content = token, .special = options.special, .normalized = !options.special});
  }
  return text::Tokenizer(tokenizer.vocabulary(), std::move(to));
}

std::vector<io::OutgoingTensor> resized(const ModelSource& source, const bert::Config& config,
                                        const VocabAddOptions& options) {
  const bert::NewRows rows = options.init == "mean" ? bert::NewRows::mean : bert::NewRows::normal;
  std::vector<io::OutgoingTensor> tensors;
  for (const io::StoredTensor& tensor : source.checkpoint.tensors) {
    const std::string name = name_in(source, tensor.name);
    if (!bert::has_rows_for_tokens(tensor.name)) {
      io::add_copy(tensors, name, tensor, tensor.type);
      continue;
    }
    tensors.push_back(bert::with_tokens(tensor, config.vocab_size, rows, config, options.common.seed));
    tensors.back().name = name;
  }
  return tensors;
}

int run_vocab_add(const VocabAddOptions& options) {
  if (options.tokens.empty() && options.file.empty()) throw WrongUsage("TOKEN or --from is required");
  if (options.out.ends_with(".safetensors")) throw WrongUsage("OUT: got the name of a file, want a directory");
  options.common.apply();
  const fs::path model = model_directory(options.directory);
  const ModelSource source = open_source(options.directory);
  check_output(source, options.out, options.force);
  const text::Tokenizer before = text::read_tokenizer(model), after = extended(before, options);
  bert::Config config = bert::read_config(model / "config.json");
  const int64_t rows = config.vocab_size;
  config.vocab_size = std::max(rows, after.vocabulary().size());

  const fs::path out = fs::path(options.out) / source.below;
  write_copy(source, resized(source, config, options), options.out, {.quiet = options.common.quiet});
  text::write_tokenizer(after, out);
  bert::write_config(out / "config.json", config);
  io::write_checksums(out);
  const int64_t added = after.vocabulary().size() - before.vocabulary().size();
  if (options.common.json)
    fmt::print("{}\n", io::Json{{"out", options.out},
                                {"added", added},
                                {"tokens", after.vocabulary().size()},
                                {"vocab_size", config.vocab_size}}
                           .dump());
  else if (!options.common.quiet)
    fmt::print("{}: {} new tokens, {} in all; embeddings for {}, before {}\n", options.out, added,
               after.vocabulary().size(), config.vocab_size, rows);
  return 0;
}

}  // namespace

void add_vocab_add(const Command& vocab) {
  const auto options = std::make_shared<VocabAddOptions>();
  Command command = vocab.add("add", "A model with more tokens", about_vocab_add);
  command.options(*options);
  command.runs([options] { return run_vocab_add(*options); });
}

}  // namespace apps
