#include "apps/bertlet/bench/rounds.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "bert/io/json/document.h"
#include "core/random.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

constexpr int64_t shortest = 8;
constexpr int warm_up = 3;

std::vector<int64_t> lengths_of(const RoundsOptions& options) {
  const int64_t B = options.batch, T = options.length, least = std::min(shortest, T);
  if (options.lengths == "full") return std::vector<int64_t>(to_size(B), T);
  std::vector<int64_t> lengths = bertlet::integers({.seed = options.common.seed, .site = 0}, B, T - least + 1);
  for (int64_t& length : lengths) length += least;
  return lengths;
}

double peak_rss_mb() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

std::vector<double> seconds_of(int rounds, const std::function<void()>& round) {
  std::vector<double> seconds;
  for (int i = -warm_up; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    round();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    if (i >= 0) seconds.push_back(passed.count());
  }
  std::ranges::sort(seconds);
  return seconds;
}

}  // namespace

void RoundsOptions::visit(const options::Visitor& f) {
  f({"config", &config, "tiny mini small medium base large, or FILE.json", {.type = "NAME"}});
  f({"batch", &batch, "Sequences", {.most = 1 << 20}});
  f({"length", &length, "Tokens in the longest", {.most = 1 << 20}});
  f({"vocab-size", &vocab_size, "Tokens there are", {.least = first_word + 1}});
  f({"steps", &steps, "How often", {.most = 1000000}});
  f({"lengths", &lengths, "Of the sequences", {.values = {"full", "uniform"}, .type = "L"}});
  common.visit(f);
}

bert::Config config_of(const RoundsOptions& options) {
  bert::Config config = bert::config_from(options.config);
  config.vocab_size = options.vocab_size;
  return config;
}

std::vector<bert::Sequence> sequences_of(const RoundsOptions& options) {
  const int64_t B = options.batch, T = options.length;
  const std::vector<int64_t> ids =
      bertlet::integers({.seed = options.common.seed, .site = 1}, B * T, options.vocab_size - first_word);
  std::vector<bert::Sequence> sequences;
  for (int64_t begin = 0; const int64_t length : lengths_of(options)) {
    bert::Sequence& sequence = sequences.emplace_back();
    for (int64_t t = 0; t < length; ++t) {
      sequence.ids.push_back(first_word + ids[to_size(begin + t)]);
      sequence.types.push_back(2 * t < T ? 0 : 1);
    }
    begin += T;
  }
  return sequences;
}

int measure_rounds(const RoundsOptions& options, int64_t rows, const std::function<void()>& round) {
  const std::vector<double> seconds = seconds_of(options.steps, round);
  const double median = seconds[seconds.size() / 2], rate = static_cast<double>(rows) / median;
  if (options.common.json)
    fmt::print("{}\n", bertlet::io::Json{{"median_seconds", median},
                                         {"min_seconds", seconds.front()},
                                         {"peak_rss_mb", peak_rss_mb()},
                                         {"tokens", rows},
                                         {"tokens_per_second", rate}}
                           .dump());
  else
    fmt::print("{:.4f} s each, {:.4f} s at best; {} tokens, {:.0f} a second; at most {:.0f} MB\n", median,
               seconds.front(), rows, rate, peak_rss_mb());
  return 0;
}

}  // namespace apps
