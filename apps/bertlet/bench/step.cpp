#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "apps/bertlet/bench/bench.h"
#include "bert/heads/word_head.h"
#include "bert/io/json/document.h"
#include "core/parallel.h"
#include "optim/adam.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

constexpr int64_t first_word = 5, shortest = 8;

struct BenchStepOptions {
  CommonOptions common;
  std::string config = "base", lengths = "full", precision = "fp32";
  int64_t batch = 8, length = 128, vocab_size = 30522;
  int steps = 5;

  void visit(const options::Visitor& f);
};

void BenchStepOptions::visit(const options::Visitor& f) {
  f({"config", &config, "tiny mini small medium base large, or FILE.json", {.type = "NAME"}});
  f({"batch", &batch, "Sequences", {.most = 1 << 20}});
  f({"length", &length, "Tokens in the longest", {.most = 1 << 20}});
  f({"vocab-size", &vocab_size, "Tokens there are", {.least = first_word + 1}});
  f({"steps", &steps, "How often", {.most = 1000000}});
  f({"precision", &precision, "Of products", {.values = {"fp32"}, .type = "P"}});
  f({"lengths", &lengths, "Of the sequences", {.values = {"full", "uniform"}, .type = "L"}});
  common.visit(f);
}

constexpr const char* about_bench_step =
    R"(One step is all of it: forward, the losses of masked words (15 % of the tokens) and next sentences, backward, gradients
clipped to a norm of 1, AdamW. The tokens are random numbers. Three steps come before those that are measured.

  --lengths full      every sequence fills the length
  --lengths uniform   lengths are drawn between 8 and it

Example: bertlet bench step --config tiny --batch 32 --length 64)";

constexpr float masked = 0.15F;
constexpr int warm_up = 3;

// Tokens, labels and lengths, drawn at random.
struct Data {
  bert::Batch batch;
  bert::Wanted wanted;
};

std::vector<int64_t> lengths_of(const BenchStepOptions& options) {
  const int64_t B = options.batch, T = options.length, least = std::min(shortest, T);
  if (options.lengths == "full") return std::vector<int64_t>(to_size(B), T);
  std::vector<int64_t> lengths = bertlet::integers({.seed = options.common.seed, .site = 0}, B, T - least + 1);
  for (int64_t& length : lengths) length += least;
  return lengths;
}

Data data_for(const BenchStepOptions& options) {
  const std::uint64_t seed = options.common.seed;
  const int64_t B = options.batch, T = options.length;
  const std::vector<int64_t> ids = bertlet::integers({.seed = seed, .site = 1}, B * T, options.vocab_size - first_word);
  const bertlet::Array chosen = bertlet::uniform({.seed = seed, .site = 2}, {B * T});
  bert::Wanted wanted{.next = bertlet::integers({.seed = seed, .site = 3}, B, 2)};
  std::vector<bert::Sequence> sequences;
  for (int64_t begin = 0; const int64_t length : lengths_of(options)) {
    bert::Sequence& sequence = sequences.emplace_back();
    for (int64_t t = 0; t < length; ++t) {
      sequence.ids.push_back(first_word + ids[to_size(begin + t)]);
      sequence.types.push_back(2 * t < T ? 0 : 1);
      wanted.labels.push_back(chosen[begin + t] < masked ? sequence.ids.back() : bertlet::no_label);
    }
    begin += T;
  }
  return {bert::Batch::of(sequences), std::move(wanted)};
}

// A model in training.
class Trainer {
 public:
  explicit Trainer(const BenchStepOptions& options)
      : data_(data_for(options)),
        model_(config_of(options)),
        parameters_(prepared(model_, options.common.seed)),
        optimizer_(parameters_, {.lr = 1e-4, .epsilon = 1e-6}) {}

  int64_t rows() const { return data_.batch.rows(); }

  double step() {
    bertlet::Pass pass{.training = true, .rng = {.seed = 1, .step = step_++}};
    parameters_.reset_grad();
    const bertlet::Tensor loss = model_.loss(
        model_.score(data_.batch, pass, {}, model_.rows_of(data_.batch, data_.wanted)), data_.batch, data_.wanted);
    backward(loss);
    optimizer_.step({.clip = 1});
    return static_cast<double>(loss.item());
  }

 private:
  static bert::Config config_of(const BenchStepOptions& options) {
    bert::Config config = bert::config_from(options.config);
    config.vocab_size = options.vocab_size;
    return config;
  }

  static bertlet::Parameters prepared(bert::PreTraining& model, std::uint64_t seed) {
    bertlet::Parameters parameters = bertlet::parameters_of(model);
    parameters.flatten();
    bert::initialise(parameters, model.bert.config, seed);
    return parameters;
  }

  Data data_;
  bert::PreTraining model_;
  bertlet::Parameters parameters_;
  bertlet::optim::AdamW optimizer_;
  std::uint64_t step_ = 0;
};

double peak_rss_mb() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

std::vector<double> measure(Trainer& trainer, int steps) {
  std::vector<double> seconds;
  for (int step = -warm_up; step < steps; ++step) {
    const auto begin = std::chrono::steady_clock::now();
    trainer.step();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    if (step >= 0) seconds.push_back(passed.count());
  }
  std::ranges::sort(seconds);
  return seconds;
}

int run_bench_step(const BenchStepOptions& options) {
  bertlet::set_threads(options.common.threads);
  Trainer trainer(options);
  const std::vector<double> seconds = measure(trainer, options.steps);
  const double median = seconds[seconds.size() / 2], rate = static_cast<double>(trainer.rows()) / median;
  if (options.common.json)
    fmt::print("{}\n", bertlet::io::Json{{"median_seconds", median},
                                         {"min_seconds", seconds.front()},
                                         {"peak_rss_mb", peak_rss_mb()},
                                         {"tokens", trainer.rows()},
                                         {"tokens_per_second", rate}}
                           .dump());
  else
    fmt::print("{:.4f} s a step, {:.4f} s at best; {} tokens, {:.0f} a second; at most {:.0f} MB\n", median,
               seconds.front(), trainer.rows(), rate, peak_rss_mb());
  return 0;
}

}  // namespace

void add_bench_step(const Command& bench) {
  const auto options = std::make_shared<BenchStepOptions>();
  Command command = bench.add("step", "Steps of pre-training", about_bench_step);
  command.options(*options);
  command.runs([options] { return run_bench_step(*options); });
}

}  // namespace apps
