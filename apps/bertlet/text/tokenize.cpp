#include "apps/bertlet/text/tokenize.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace text = bertlet::text;

constexpr const char* about_tokenize =
    R"(Each line, which ends at LF, becomes one line of JSON:
  tokens, ids   [CLS] and [SEP] included
  offsets       where in the line each token comes from, in code points; byte_offsets: in bytes; [0,0] for [CLS] and [SEP]
  word_ids      which word of the line it belongs to, null for [CLS] and [SEP]
With --pair a line is two texts with a tab between them, and "type_ids" says which of them a token is from.

--padded makes one object of all lines, padded to the longest, which `bertlet run --input` reads. --decode goes the other
way: lines of ids, with spaces between them or as JSON, become text.

Example: printf 'the\ncat\n##s\n[UNK]\n[CLS]\n[SEP]\n' >/tmp/vocab.txt; echo 'The cats' | bertlet tokenize --vocab /tmp/vocab.txt)";

constexpr int64_t lines_at_once = 16;

// Writes encodings as JSON. The tokens are quoted once.
class Writer {
 public:
  Writer(const text::Vocabulary& vocabulary, bool pair) : pair_(pair) {
    for (const std::string& token : vocabulary.tokens()) quoted_.push_back(bertlet::io::Json(token).dump());
  }

  void write(const text::Encoding& encoding, std::string& to) const {
    list(to, "{\"tokens\":[", encoding.ids, [&](int64_t id) { to += quoted_[to_size(id)]; });
    list(to, "],\"ids\":[", encoding.ids, [&](int64_t id) { integer(to, id); });
    if (pair_) list(to, "],\"type_ids\":[", encoding.types, [&](int64_t type) { integer(to, type); });
    list(to, "],\"offsets\":[", encoding.characters, [&](text::Span span) { interval(to, span); });
    list(to, "],\"byte_offsets\":[", encoding.bytes, [&](text::Span span) { interval(to, span); });
    list(to, "],\"word_ids\":[", encoding.words, [&](int64_t word) {
      if (word == text::Encoding::none)
        to += "null";
      else
        integer(to, word);
    });
    to += "]}\n";
  }

 private:
  template <class T, class F>
  static void list(std::string& to, std::string_view head, const std::vector<T>& values, const F& write_one) {
    to += head;
    for (const T& value : values) {
      if (&value != values.data()) to += ',';
      write_one(value);
    }
  }
  static void integer(std::string& to, int64_t value) { to += fmt::format_int(value).c_str(); }
  static void interval(std::string& to, text::Span span) {
    to += '[';
    integer(to, span.begin);
    to += ',';
    integer(to, span.end);
    to += ']';
  }

  std::vector<std::string> quoted_;
  bool pair_;
};

class TokenizeRun {
 public:
  TokenizeRun(const TokenizeOptions& options, const text::Tokenizer& tokenizer)
      : options_(options),
        tokenizer_(tokenizer),
        writer_(tokenizer_.vocabulary(), options.pair),
        encode_(options.encode()) {}

  // A block of lines after another: the next one is read when this one is written.
  void all() {
    bertlet::io::LineBlocks blocks(options_.input);
    for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next()) block(*lines);
  }

 private:
  void block(const std::vector<std::string_view>& lines) {
    std::vector<std::string> written((lines.size() - 1) / lines_at_once + 1);
    bertlet::parallel_for(std::ssize(lines), lines_at_once, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        writer_.write(encoding(lines[to_size(i)]), written[to_size(begin / lines_at_once)]);
    });
    for (const std::string& part : written) put(part);
    bertlet::require(std::fflush(stdout) == 0, "stdout: {}", std::strerror(errno));
  }

  text::Encoding encoding(std::string_view line) const {
    if (!options_.pair) return tokenizer_.encode(line, encode_);
    const auto [first, second] = halves(line);
    return tokenizer_.encode(first, second, encode_);
  }

  static void put(const std::string& part) {
    const std::size_t written = std::fwrite(part.data(), 1, part.size(), stdout);
    bertlet::require(written == part.size(), "stdout: {}", std::strerror(errno));
  }

  const TokenizeOptions& options_;
  const text::Tokenizer& tokenizer_;
  Writer writer_;
  text::EncodeOptions encode_;
};

void check(const TokenizeOptions& options) {
  if (options.decode && (options.padded || options.pair || options.no_special || options.max_length))
    throw WrongUsage("--decode: takes ids, want no --padded, --pair, --no-special or --max-length with it");
  if (options.skip_special && !options.decode) throw WrongUsage("--skip-special: want --decode with it");
}

int run_tokenize(const TokenizeOptions& options) {
  check(options);
  options.common.apply();
  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  if (options.decode)
    write_decoded(options, tokenizer);
  else if (options.padded)
    write_padded(options, tokenizer);
  else
    TokenizeRun(options, tokenizer).all();
  return 0;
}

}  // namespace

void TokenizeOptions::visit(const options::Visitor& f) {
  f({"input", &input, "A text file; -: standard input", {.type = "F", .by_place = true}});
  tokenizer.visit(f);
  f({"no-special", &no_special, "Without [CLS] and [SEP]"});
  f({"pair", &pair, "A line is two texts with a tab between them"});
  f({"max-length", &max_length, "Cut to this many tokens; of a pair, the longer text first", {.most = 1 << 30}});
  f({"padded", &padded, "One object of all lines, which `bertlet run` reads"});
  f({"decode", &decode, "Lines of ids become text"});
  f({"skip-special", &skip_special, "Decode without [CLS], [SEP] and the like"});
  common.visit(f);
}

void add_tokenize(const Command& program) {
  const auto options = std::make_shared<TokenizeOptions>();
  Command command = program.add("tokenize", "Cut lines into tokens, as a BERT is given them", about_tokenize);
  command.options(*options);
  command.runs([options] { return run_tokenize(*options); });
}

}  // namespace apps
