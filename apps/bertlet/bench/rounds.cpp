#include "apps/bertlet/bench/rounds.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "apps/bertlet/bench/profile.h"
#include "bert/io/json/document.h"
#include "core/random.h"
#include "core/require.h"

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

struct Rounds {
  std::vector<double> seconds;  // sorted
  std::vector<bertlet::OperationCost> costs;
};

double seconds_of(const std::function<void()>& round) {
  const auto begin = std::chrono::steady_clock::now();
  round();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::vector<double> take_turns(const std::function<void()>& round) {
  std::vector<double> seconds;
  for (std::string line; std::getline(std::cin, line);) {
    seconds.push_back(seconds_of(round));
    fmt::print("{:.6f}\n", seconds.back());
    std::fflush(stdout);
  }
  bertlet::require(!seconds.empty(), "--turns: got no line on standard input, want one for each round");
  return seconds;
}

Rounds measured(const RoundsOptions& options, const std::function<void()>& round) {
  for (int i = 0; i < warm_up; ++i) round();
  if (options.profile) bertlet::begin_profile();
  Rounds rounds;
  if (options.turns)
    rounds.seconds = take_turns(round);
  else
    for (int i = 0; i < options.steps; ++i) rounds.seconds.push_back(seconds_of(round));
  if (options.profile) rounds.costs = bertlet::end_profile();
  std::ranges::sort(rounds.seconds);
  return rounds;
}

}  // namespace

double peak_rss_mb() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

void RoundsOptions::visit(const options::Visitor& f) {
  f({"config", &config, "tiny mini small medium base large, or FILE.json", {.type = "NAME"}});
  f({"batch", &batch, "Sequences", {.most = 1 << 20}});
  f({"length", &length, "Tokens in the longest", {.most = 1 << 20}});
  f({"vocab-size", &vocab_size, "Tokens there are", {.least = first_word + 1}});
  f({"steps", &steps, "How often", {.most = 1000000}});
  f({"lengths", &lengths, "Of the sequences", {.values = {"full", "uniform"}, .type = "L"}});
  f({"turns", &turns, "A round for each line on standard input, its seconds printed: for programs that take turns"});
  f({"profile", &profile, "Where the time goes: each operation, products, waiting, what the machine could do"});
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
  const Rounds rounds = measured(options, round);
  const double median = rounds.seconds[rounds.seconds.size() / 2], rate = static_cast<double>(rows) / median;
  const double memory = peak_rss_mb();
  if (options.common.json) {
    bertlet::io::Json json{{"median_seconds", median},
                           {"min_seconds", rounds.seconds.front()},
                           {"peak_rss_mb", memory},
                           {"tokens", rows},
                           {"tokens_per_second", rate}};
    if (options.profile) json["profile"] = profile_json(rounds.costs, std::ssize(rounds.seconds));
    fmt::print("{}\n", json.dump());
    return 0;
  }
  fmt::print("{:.4f} s each, {:.4f} s at best; {} tokens, {:.0f} a second; at most {:.0f} MB\n", median,
             rounds.seconds.front(), rows, rate, memory);
  if (options.profile) fmt::print("\n{}", profile_table(rounds.costs, std::ssize(rounds.seconds)));
  return 0;
}

}  // namespace apps
