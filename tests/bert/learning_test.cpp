// A small BERT that is fine-tuned: its scores on dev, and what --resume, R-Drop, FGM and frozen layers do.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "bert/io/files/file.h"
#include "bert/io/models/pretrained.h"
#include "core/real.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
namespace fs = std::filesystem;

namespace {

// A small BERT that learns whether a text begins with "yes".
struct Small : Lesson {
  explicit Small(double dropout, const FineTuningOptions& options = {.batch = 4})
      : Lesson(small_model(task_with("classify", {}, {"no", "yes"}), dropout), read_rows(11), read_rows(7), options) {}

  // The loss of the first batch, and its gradients.
  double one_batch() {
    Pass pass{.training = true, .rng = {.seed = 3}};
    parameters().reset_grad();
    const train::Trainable::Loss loss = tuning.next(pass);
    tuning.backward(loss.mean);
    return static_cast<double>(loss.mean.item());
  }
  Tensor words() const { return parameters().find("bert.embeddings.word_embeddings.weight"); }
};

std::vector<double> gradients_of(const Parameters& parameters) {
  std::vector<double> to;
  for (const Parameter& parameter : parameters.list())
    if (const Array gradient = parameter.tensor.grad())
      for (const real each : gradient.values()) to.push_back(static_cast<double>(each));
  return to;
}

// Relative to the largest; sums in another order differ by the last bits.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0, off = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(a[i]));
    off = std::max(off, std::abs(a[i] - b[i]));
  }
  return off / most;
}

bool same(const metrics::Measures& a, const metrics::Measures& b) {
  return std::ranges::equal(a, b, {}, &metrics::Measure::value, &metrics::Measure::value) &&
         std::ranges::equal(a, b, {}, &metrics::Measure::name, &metrics::Measure::name);
}

}  // namespace

TEST_CASE("outputs and measures do not depend on how the examples are batched", "[finetuning]") {
  const Small small(0.5);
  const Outcome whole = small.model.outcome(*small.dev);
  const Task& task = *small.model.task;
  for (const int64_t tokens : {1, 13, 30, 60}) {
    CAPTURE(tokens);
    const Outcome outcome = small.model.outcome(*small.dev, tokens);
    CHECK(same(measures(task, *small.dev, outcome.outputs), measures(task, *small.dev, whole.outputs)));
    for (std::size_t i = 0; i < whole.outputs.size(); ++i)
      for (const std::size_t label : {0U, 1U})
        CHECK(static_cast<double>(outcome.outputs[i].scores[label]) ==
              Approx(static_cast<double>(whole.outputs[i].scores[label]))
                  .epsilon(1e-5));  // float, in sums of another order
  }
}

TEST_CASE("dropout is off while dev is measured", "[finetuning]") {
  Small small(0.5);
  const metrics::Measures before = small.tuning.evaluate();
  const Outcome said = small.model.outcome(*small.dev);
  Pass training{.training = true, .rng = {.seed = 3}};
  const std::vector<const Item*> all = all_of(*small.dev);
  const Scores scores = small.model.score(all, training);
  const std::vector<Output> dropped = small.model.task->outputs(*small.model.network, scores, all);
  CHECK(said.outputs[0].scores != dropped[0].scores);
  CHECK(same(small.tuning.evaluate(), before));
  CHECK(same(measures(small.model, *small.dev, said), before));
}

// The more it learns, the less it says what this dev wants.
TEST_CASE("the best model is the one that was best on dev, not the last one", "[finetuning]") {
  const Scratch scratch;
  Small small(0.1);
  const Datum contrary = read_rows(7, {"yes", "no"});
  FineTuning tuning(small.model, *small.train, contrary.get(), {.batch = 4});
  const train::RunDirectory run(scratch.path() / "run", train::IfThere::refuse);
  train::TrainerOptions options = ten_steps();
  options.evaluate_every = 1;
  train::train(tuning, options, run);
  std::vector<double> seen;
  for (const io::Json& line : lines_of(run.path()))
    if (line.contains("evaluation")) seen.push_back(line["evaluation"]["accuracy"].number());
  const double most = std::ranges::max(seen);
  CAPTURE(seen);
  CHECK(seen.back() < most);
  bert::load_checkpoint(small.parameters(), small.model.network->initial_values(), io::open_checkpoint(run.best()));
  CHECK(tuning.evaluate()[0].value == most);
}

TEST_CASE("fine-tuning that was interrupted anywhere and resumed leaves the same bits", "[finetuning]") {
  const FineTuningOptions tricks =
      GENERATE(FineTuningOptions{.batch = 4}, FineTuningOptions{.batch = 4, .r_drop = 1, .fgm = 0.5});
  CAPTURE(tricks.r_drop);
  check_resumed([&] { return std::make_unique<Small>(0.1, tricks); });
}

TEST_CASE("R-Drop with two passes that are equal is the plain loss", "[finetuning]") {
  Small plain(0), both(0, {.batch = 4, .r_drop = 3});
  CHECK(both.one_batch() == plain.one_batch());
  CHECK(difference(gradients_of(both.parameters()), gradients_of(plain.parameters())) < 1e-5);
}

TEST_CASE("R-Drop counts where passes disagree, in proportion to α", "[finetuning]") {
  Small little(0.3, {.batch = 4, .r_drop = 1e-9}), one(0.3, {.batch = 4, .r_drop = 1}),
      two(0.3, {.batch = 4, .r_drop = 2});
  const double base = little.one_batch(), first = one.one_batch() - base, second = two.one_batch() - base;
  CHECK(first > 1e-3);
  CHECK(second == Approx(2 * first).epsilon(1e-3));
}

TEST_CASE("FGM learns from words moved by ε along the gradient, under the same dropout, and puts them back to the bit",
          "[finetuning]") {
  constexpr double epsilon = 0.5;
  Small attacked(0.3, {.batch = 4, .fgm = epsilon}), plain(0.3);
  const std::vector<std::vector<real>> before = values_of(attacked.parameters());
  CHECK(attacked.one_batch() == plain.one_batch());
  CHECK(values_of(attacked.parameters()) == before);

  const std::vector<double> first = gradients_of(plain.parameters());
  const std::vector<real> slope = plain.words().grad().values();
  const double norm = std::sqrt(std::inner_product(slope.begin(), slope.end(), slope.begin(), 0.0));
  Small moved(0.3);
  Array words = moved.words().edit();
  for (int64_t i = 0; i < words.size(); ++i) words[i] += static_cast<real>(epsilon / norm) * slope[to_size(i)];
  moved.one_batch();
  std::vector<double> sum = gradients_of(moved.parameters());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += first[i];
  CHECK(difference(gradients_of(attacked.parameters()), sum) < 1e-4);
  CHECK(difference(gradients_of(attacked.parameters()), first) > 0.1);
}

TEST_CASE("frozen layers do not move, and the others do", "[finetuning]") {
  const Scratch scratch;
  Small small(0.1);
  Parameters& parameters = small.parameters();
  CHECK(bert::freeze_layers(parameters, 1) > 0);
  const std::vector<std::vector<real>> before = values_of(parameters);
  train::train(small.tuning, ten_steps(), {scratch.path() / "run", train::IfThere::refuse});
  const std::vector<std::vector<real>> after = values_of(parameters);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& name = parameters.list()[i].name;
    CAPTURE(name);
    if (matches("*key.bias", name)) continue;  // which no softmax sees: its gradient is 0, or rounding
    const bool frozen = matches("*embeddings.*", name) || matches("*encoder.layer.0.*", name);
    CHECK((before[i] == after[i]) == frozen);
  }
}
