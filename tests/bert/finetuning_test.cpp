// Which examples come when, and what is measured, as a learner sees it that only keeps count.
#include "tests/bert/finetuning.h"

#include <algorithm>
#include <map>
#include <set>

#include "bert/io/safetensors_writer.h"
#include "core/ops/arithmetic.h"
#include "core/ops/reduce.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
namespace fs = std::filesystem;

namespace {

// Says the label with which the text begins; in training, the other one. Remembers what it was shown.
class Repeater : public Learner {
 public:
  struct Shown {
    std::vector<const Item*> items;
    bool training;
  };
  mutable std::vector<Shown> shown;

  Parameters& parameters() override { return parameters_; }
  const bert::Config& config() const override { return config_; }

  Scored score(ItemSpan items, Pass& pass) const override {
    shown.push_back({{items.begin(), items.end()}, pass.training});
    std::vector<real> scores;
    for (const Item* item : items) {
      const bool yes = item->sequences[0].ids[1] == small_tokenizer().vocabulary().id("yes");
      scores.push_back(yes != pass.training ? real(1) : real(-1));
    }
    return {.batch = {}, .scores = Tensor(Array::of({std::ssize(scores)}, scores))};
  }
  Tensor loss(const Scored& scored, ItemSpan) const override {
    return sum(parameters_.list()[0].tensor * parameters_.list()[0].tensor) + sum(scored.scores);
  }
  std::vector<Output> outputs(const Scored& scored, ItemSpan) const override {
    std::vector<Output> to;
    for (const real score : scored.scores.value().values()) to.push_back({.scores = {-score, score}});
    return to;
  }

 private:
  Parameters parameters_{{{"w", Tensor::parameter(Array::filled({3}, 1))}}};
  bert::Config config_ = small_config(0);
};

}  // namespace

TEST_CASE("an epoch's batches hold each example once, and those that are about equally long", "[finetuning]") {
  Repeater learner;
  const std::unique_ptr<Data> data = read_rows(22);
  FineTuning tuning(learner, *data, nullptr, {}, {.batch = 4});
  REQUIRE(tuning.batches() == 6);
  std::set<std::vector<const Item*>> orders;
  for (int epoch = 0; epoch < 3; ++epoch) {
    learner.shown.clear();
    Pass pass{.training = true};
    for (int i = 0; i < 6; ++i) tuning.next(pass);
    std::vector<const Item*> order;
    std::vector<std::pair<std::int64_t, std::int64_t>> lengths;  // the shortest and the longest of a batch
    for (const Repeater::Shown& batch : learner.shown) {
      order.insert(order.end(), batch.items.begin(), batch.items.end());
      const auto [least, most] = std::ranges::minmax(batch.items, {}, &Item::tokens);
      lengths.emplace_back(least->tokens(), most->tokens());
    }
    orders.insert(order);
    CHECK(std::set(order.begin(), order.end()).size() == 22);
    CHECK(order.size() == 22);
    std::ranges::sort(lengths);
    for (std::size_t i = 1; i < lengths.size(); ++i) CHECK(lengths[i - 1].second <= lengths[i].first);
  }
  CHECK(orders.size() == 3);
}

TEST_CASE("a dev score is that of the whole of dev, without dropout, and of nothing else", "[finetuning]") {
  const Scratch scratch;
  Repeater learner;
  const std::unique_ptr<Data> train = read_rows(11), dev = read_rows(7);
  const FineTuning::SaveModel save = [](const fs::path& to) {
    fs::create_directories(to);
    io::write_safetensors(to / "model.safetensors", {});
  };
  FineTuning tuning(learner, *train, dev.get(), save, {.batch = 4});
  const train::RunDirectory run(scratch.path() / "run", train::IfThere::refuse);
  train::train(tuning, ten_steps(), run);
  int evaluations = 0;
  for (const io::Json& line : lines_of(run.path()))
    if (line.contains("evaluation")) {
      ++evaluations;
      CHECK(line["evaluation"]["accuracy"] == 5.0 / 7);
    }
  CHECK(evaluations == 4);
  std::map<const Item*, int> looks;
  for (const Repeater::Shown& batch : learner.shown)
    for (const Item* item : batch.items)
      if (!batch.training) ++looks[item];
  CHECK(looks.size() == 7);
  for (const Item& item : dev->items()) CHECK(looks[&item] == 4);
}

TEST_CASE("a measure is of all examples, however unevenly they are batched", "[finetuning]") {
  const std::unique_ptr<Data> dev = read_rows(7);
  for (const std::int64_t tokens : {1, 13, 30, 60, 4096}) {
    Repeater learner;
    const std::vector<Output> outputs = outputs_of(learner, dev->items(), tokens);
    CHECK(dev->measures(outputs)[0].second == 5.0 / 7);
    if (tokens != 30) continue;
    double sum = 0;  // of the batches' own
    for (const Repeater::Shown& batch : learner.shown) {
      std::vector<std::int64_t> examples;
      for (const Item* item : batch.items) examples.push_back(item - dev->items().data());
      sum += dev->measures(outputs, examples)[0].second;
    }
    CHECK(sum / static_cast<double>(learner.shown.size()) != Approx(5.0 / 7));
  }
}
