#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <optional>

#include "apps/bertlet/bench/bench.h"
#include "apps/bertlet/bench/rounds.h"
#include "apps/bertlet/model/model_files.h"
#include "bert/io/json/document.h"
#include "bert/model/model.h"
#include "bert/options/precision.h"
#include "core/random.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
using Clock = std::chrono::steady_clock;

// What came before the first line of this program, the loading of its libraries above all, computed without a pause.
Clock::time_point process_start() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return Clock::now() - std::chrono::seconds(used.tv_sec) - std::chrono::nanoseconds(used.tv_nsec);
}
const Clock::time_point started = process_start();

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr const char* about_bench_latency =
    R"(How long somebody waits for an answer about one text: the encoder and the pooler, a text at a time. First from the start
of the process to the first answer, then for a stream of others. Lengths are drawn as those of film reviews' sentences
are spread (3 to 53 tokens, half of them below 21); the tokens are random numbers. Of a named size the weights are random
numbers too, and drawing them takes longer than to load a model.

Example: bertlet bench latency --config base --precision bf16 --texts 200)";

struct BenchLatencyOptions {
  CommonOptions common;
  std::string model, config = "base";
  std::optional<bertlet::Precision> precision = {};
  int texts = 100;

  void visit(const options::Visitor& f) {
    f({"model", &model, "A model's directory, or a run", {.type = "DIR"}});
    f({"config", &config, "Without one: tiny mini small medium base large, or FILE.json", {.type = "NAME"}});
    f({"texts", &texts, "How many, after the first", {.most = 1000000}});
    f(options::inference_precision(&precision));
    common.visit(f);
  }
};

bert::Model model_of(const BenchLatencyOptions& options) {
  if (!options.model.empty()) {
    const std::string directory = model_directory(options.model);
    return load_model<bert::Model>(read_model_config(directory), directory, options.common, options.precision);
  }
  bert::Model model(bert::config_from(options.config));
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  bert::initialise(parameters, model.config, options.common.seed);
  parameters.freeze_for_inference(options.precision);
  return model;
}

// Of SST-2's sentences, in twentieths.
constexpr int64_t spread[] = {3, 9, 11, 13, 14, 16, 17, 19, 20, 21, 23, 24, 26, 27, 28, 30, 33, 35, 38, 41, 53};

int64_t length_at(double share) {
  const double place = share * static_cast<double>(std::size(spread) - 1);
  const auto below = std::min(static_cast<std::size_t>(place), std::size(spread) - 2);
  const auto least = static_cast<double>(spread[below]), most = static_cast<double>(spread[below + 1]);
  return std::llround(least + (place - static_cast<double>(below)) * (most - least));
}

std::vector<bert::Batch> texts_of(const BenchLatencyOptions& options, const bert::Config& config) {
  const std::uint64_t seed = options.common.seed;
  const int64_t count = options.texts + 1;
  const bertlet::Array shares = bertlet::uniform({.seed = seed, .site = 0}, {count});
  std::vector<bert::Batch> texts;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t length = std::min(length_at(static_cast<double>(shares[i])), config.max_position_embeddings);
    bert::Sequence text{
        .ids = bertlet::integers({.seed = seed, .step = to_size(i + 1)}, length, config.vocab_size - first_word)};
    for (int64_t& id : text.ids) id += first_word;
    text.types.assign(text.ids.size(), 0);
    texts.push_back(bert::Batch::of({text}));
  }
  return texts;
}

struct Latency {
  double ready = 0, first = 0;       // since the process began: the model is there; the first answer
  std::vector<double> seconds = {};  // of the others, sorted
  int64_t tokens = 0;

  double at(double share) const {
    return seconds[std::min(seconds.size() - 1, static_cast<std::size_t>(share * static_cast<double>(seconds.size())))];
  }
};

Latency measure(const BenchLatencyOptions& options) {
  const bert::Model model = model_of(options);
  Latency result{.ready = since(started)};
  for (const std::vector<bert::Batch> texts = texts_of(options, model.config); const bert::Batch& text : texts) {
    const Clock::time_point asked = Clock::now();
    bertlet::Pass pass;
    model(text, pass);
    if (&text == texts.data()) {
      result.first = since(started);
      continue;
    }
    result.seconds.push_back(since(asked));
    result.tokens += text.rows();
  }
  std::ranges::sort(result.seconds);
  return result;
}

int run_bench_latency(const BenchLatencyOptions& options) {
  options.common.apply();
  const Latency latency = measure(options);
  const double p50 = latency.at(0.5), p90 = latency.at(0.9), p99 = latency.at(0.99), worst = latency.seconds.back();
  if (options.common.json)
    fmt::print("{}\n", bertlet::io::Json{{"ready_seconds", latency.ready},
                                         {"first_answer_seconds", latency.first},
                                         {"texts", latency.seconds.size()},
                                         {"tokens", latency.tokens},
                                         {"p50_seconds", p50},
                                         {"p90_seconds", p90},
                                         {"p99_seconds", p99},
                                         {"worst_seconds", worst},
                                         {"peak_rss_mb", peak_rss_mb()}}
                           .dump());
  else
    fmt::print(
        "First answer {:.1f} ms after the start, {:.1f} of them until the model was ready\n"
        "{} texts of {:.0f} tokens: half within {:.2f} ms, 90% {:.2f}, 99% {:.2f}, all {:.2f}; at most {:.0f} MB\n",
        1e3 * latency.first, 1e3 * latency.ready, latency.seconds.size(),
        static_cast<double>(latency.tokens) / static_cast<double>(latency.seconds.size()), 1e3 * p50, 1e3 * p90,
        1e3 * p99, 1e3 * worst, peak_rss_mb());
  return 0;
}

}  // namespace

void add_bench_latency(const Command& bench) {
  const auto options = std::make_shared<BenchLatencyOptions>();
  Command command = bench.add("latency", "How long one waits for an answer", about_bench_latency);
  command.options(*options);
  command.runs([options] { return run_bench_latency(*options); });
}

}  // namespace apps
