#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "apps/bertlet/bench/bench.h"
#include "apps/bertlet/text/tokenizer_options.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "core/parallel.h"

namespace apps {

namespace {

namespace text = bertlet::text;

struct BenchTokenizeOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::string text;
  bool offsets = false;
  int repetitions = 5;

  void visit(const options::Visitor& f);
};

void BenchTokenizeOptions::visit(const options::Visitor& f) {
  tokenizer.visit(f);
  f({"text", &text, "What is tokenized", {.type = "F", .needed = true}});
  f({"offsets", &offsets, "With offsets and word numbers"});
  f({"repetitions", &repetitions, "How often", {.most = 10000}});
  common.visit(f);
}

constexpr const char* about_bench_tokenize =
    R"(The text is read first; then its lines are encoded one by one, with [CLS] and [SEP], and counted. The speed is the
median over the repetitions, in millions of bytes per second.

Example: bertlet bench tokenize --vocab vocab.txt --text corpus.txt --threads 1 --json)";

struct Measured {
  double seconds;
  int64_t tokens;
};

Measured measure(const text::Tokenizer& tokenizer, const std::vector<std::string_view>& lines, text::Keep keep) {
  std::atomic<int64_t> tokens = 0;
  const auto begins = std::chrono::steady_clock::now();
  bertlet::parallel_for(std::ssize(lines), 16, [&](int64_t begin, int64_t end) {
    int64_t here = 0;
    for (int64_t i = begin; i < end; ++i) here += tokenizer.encode(lines[to_size(i)], {.keep = keep}).size();
    tokens += here;
  });
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begins;
  return {passed.count(), tokens};
}

int run_bench_tokenize(const BenchTokenizeOptions& options) {
  options.common.apply();
  const text::Tokenizer tokenizer = tokenizer_of(options.tokenizer, options.common.quiet);
  const std::string bytes = bertlet::io::read_file(options.text);
  const std::vector<std::string_view> lines = bertlet::io::split_lines(bytes);
  std::vector<Measured> all(to_size(options.repetitions));
  for (Measured& each : all) each = measure(tokenizer, lines, options.offsets ? text::Keep::offsets : text::Keep::ids);
  std::ranges::sort(all, {}, &Measured::seconds);
  const Measured median = all[all.size() / 2];
  const double speed = static_cast<double>(bytes.size()) / 1e6 / median.seconds;
  if (options.common.json)
    fmt::print("{}\n", bertlet::io::Json{{"mb_per_second", speed},
                                         {"seconds", median.seconds},
                                         {"bytes", bytes.size()},
                                         {"lines", lines.size()},
                                         {"tokens", median.tokens}}
                           .dump());
  else
    fmt::print("{:.1f} MB/s: {} bytes, {} lines, {} tokens in {:.3f} s\n", speed, bytes.size(), lines.size(),
               median.tokens, median.seconds);
  return 0;
}

}  // namespace

void add_bench_tokenize(const Command& bench) {
  const auto options = std::make_shared<BenchTokenizeOptions>();
  Command command = bench.add("tokenize", "Text to ids", about_bench_tokenize);
  command.options(*options);
  command.runs([options] { return run_bench_tokenize(*options); });
}

}  // namespace apps
