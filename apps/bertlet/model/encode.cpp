#include "apps/bertlet/model/encode.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "apps/bertlet/progress.h"
#include "bert/io/json/document.h"
#include "bert/options/precision.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace text = bertlet::text;
using bertlet::Array;

constexpr const char* about_encode =
    R"(A vector for each line of a text, as a JSON array on a line of its own. Of a sentence-transformers directory it is the
one that sentence-transformers gives; of another model, the mean of the last layer's tokens. --pool says otherwise:
  cls         the last layer's [CLS]                 mean       the mean of its tokens, [CLS] and [SEP] included
  pooler      that through the pooler                max        the largest of its tokens in each column
  first-last  mean of first and last layer's tokens  mean-sqrt  their sum over the root of their number
A line that is too long is cut. With --json each line is an object with "text" and "vector".

--tokens gives {"tokens": [...], "vectors": [[...], ...]} for each line. --similar compares texts, which may stand on
the command line, by the cosine of the angle between their vectors: all with all, or with --pair the two of each line.

Example: bertlet encode all-MiniLM-L6-v2 --similar 'The cat sat.' 'A cat was sitting.' 'Stocks fell.')";

bert::SentenceOptions sentence_options(const EncodeOptions& options) {
  bert::SentenceOptions to{.layer = options.layer,
                           .max_length = options.max_length,
                           .normalize = options.normalize,
                           .precision = options.precision};
  if (!options.pool.empty()) to.pool = bert::sentence_pool(options.pool);
  to.seed = options.common.seed;
  return to;
}

// 1.5,-2
void write_numbers(const Array& from, int64_t row, std::string& to) {
  const int64_t columns = from.shape()[1];
  for (int64_t i = 0; i < columns; ++i)
    fmt::format_to(std::back_inserter(to), "{}{}", i == 0 ? "" : ",", from[row * columns + i]);
}

std::string json_text(std::string_view text) { return bertlet::io::Json(text).dump({.mends_strings = true}); }

void put(const std::string& out) {
  const bool written = std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  bertlet::require(written, "stdout: {}", std::strerror(errno));
}

std::string vectors_of(const bert::SentenceEncoder& encoder, std::span<const std::string_view> lines,
                       const EncodeOptions& options) {
  const Array vectors = encoder.vectors(encodings_of(encoder, lines, options.pair));
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (options.common.json) out += fmt::format("{{\"text\":{},\"vector\":", json_text(lines[i]));
    out += '[';
    write_numbers(vectors, static_cast<int64_t>(i), out);
    out += options.common.json ? "]}\n" : "]\n";
  }
  return out;
}

std::string tokens_of(const bert::SentenceEncoder& encoder, std::span<const std::string_view> lines,
                      const EncodeOptions& options) {
  const std::vector<text::Encoding> encodings = encodings_of(encoder, lines, options.pair);
  const std::vector<Array> vectors = encoder.token_vectors(encodings);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += "{\"tokens\":[";
    for (std::size_t t = 0; t < encodings[i].ids.size(); ++t)
      out += (t == 0 ? "" : ",") + json_text(encoder.tokenizer().vocabulary().token(encodings[i].ids[t]));
    out += "],\"vectors\":[";
    for (int64_t t = 0; t < vectors[i].shape()[0]; ++t) {
      out += t == 0 ? "[" : ",[";
      write_numbers(vectors[i], t, out);
      out += ']';
    }
    out += "]}\n";
  }
  return out;
}

// The bar counts what is read; nobody needs one who sees the vectors pass.
Progress bar_for(const std::string& input, bool quiet) {
  const bool known = std::filesystem::is_regular_file(input);
  const auto bytes = known ? static_cast<int64_t>(std::filesystem::file_size(input)) : 0;
  return Progress("encoding", bytes, {1e3, "kB"}, quiet || ::isatty(STDOUT_FILENO) == 1);
}

template <class F>
void for_each_batch(const EncodeOptions& options, const F& f) {
  const std::string input = options.inputs.empty() ? "-" : options.inputs[0];
  Progress bar = bar_for(input, options.common.quiet);
  int64_t read = 0;
  bertlet::io::LineBlocks blocks(input);
  const auto most = to_size(options.batch);
  for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
    for (std::size_t i = 0; i < lines->size(); i += most) {
      const auto part = std::span(*lines).subspan(i, std::min(most, lines->size() - i));
      f(part);
      for (const std::string_view line : part) read += std::ssize(line) + 1;
      bar.at(read);
    }
}

int run_encode(const EncodeOptions& options) {
  if (options.tokens && options.similar) throw WrongUsage("got --tokens and --similar, want one of them");
  if (!options.similar && options.inputs.size() > 1) throw WrongUsage("got several files, want one (--similar: texts)");
  options.common.apply();
  const std::string directory = sentence_directory(options.directory);
  const bert::SentenceEncoder encoder(directory, sentence_options(options));
  for (const std::string& remark : encoder.remarks())
    if (!options.common.quiet) bertlet::say(fmt::format("{}: {}", directory, remark));
  if (options.similar && !options.inputs.empty()) return show_similarities(encoder, options.inputs, options), 0;
  std::vector<std::string> all;
  for_each_batch(options, [&](std::span<const std::string_view> lines) {
    if (options.similar && options.pair) return put(pair_similarities(encoder, lines, options));
    if (options.similar) return void(all.insert(all.end(), lines.begin(), lines.end()));
    put(options.tokens ? tokens_of(encoder, lines, options) : vectors_of(encoder, lines, options));
  });
  if (options.similar && !options.pair) show_similarities(encoder, all, options);
  return 0;
}

}  // namespace

std::vector<text::Encoding> encodings_of(const bert::SentenceEncoder& encoder, std::span<const std::string_view> lines,
                                         bool pair) {
  std::vector<text::Encoding> encodings;
  for (const std::string_view line : lines) {
    const std::size_t tab = std::min(line.size(), line.find('\t'));
    encodings.push_back(pair ? encoder.encode(line.substr(0, tab), line.substr(std::min(line.size(), tab + 1)))
                             : encoder.encode(line));
  }
  return encodings;
}

void EncodeOptions::visit(const options::Visitor& f) {
  f({"directory", &directory, "A model directory or a run", {.type = "DIR", .needed = true, .by_place = true}});
  f({"input",
     &inputs,
     "A text file; -, or nothing: standard input. With --similar, the texts themselves",
     {.type = "F", .by_place = true}});
  f({"pool", &pool, "What stands for the line", {.values = bert::sentence_pool_names(), .type = "HOW"}});
  f({"layer", &layer, "The tokens after this layer, 0 being the embeddings; else the last", {.least = 0}});
  f({"normalize", &normalize, "Each vector gets length 1"});
  f({"tokens", &tokens, "A vector for each token"});
  f({"similar", &similar, "The cosine similarity of texts in the place of their vectors"});
  f({"pair", &pair, "A line is two texts with a tab between them"});
  f({"max-length", &max_length, "In tokens; else as the model says", {.least = 2}});
  f(options::inference_precision(&precision));
  f({"batch", &batch, "Lines at once; the vectors do not depend on it", {.most = 1 << 16}});
  common.visit(f);
}

void add_encode(const Command& program) {
  const auto options = std::make_shared<EncodeOptions>();
  Command command = program.add("encode", "A vector for each line; how similar texts are", about_encode);
  command.options(*options);
  command.runs([options] { return run_encode(*options); });
}

}  // namespace apps
