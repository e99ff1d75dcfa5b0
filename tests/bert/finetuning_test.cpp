// Which examples come when, and what is measured, as a model sees it that only keeps count.
#include "tests/bert/finetuning.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

using Ids = std::vector<int64_t>;

// Says the label with which a text begins; in training, the other one. Remembers what it was shown.
class Repeater : public bert::Network {
 public:
  struct Shown {
    std::vector<Ids> texts = {};
    bool training;
  };
  mutable std::vector<Shown> shown;

  Parameters& parameters() override { return parameters_; }
  const bert::Config& config() const override { return config_; }
  const bert::Model& encoder() const override { throw Error("has none"); }
  void prune(const bert::HeadsByLayer&) override {}
  std::vector<InitRule> initial_values() const override { return {}; }

  bert::Scored score(const bert::Batch& batch, Pass& pass, const bert::EncoderOptions&,
                     std::vector<int64_t>) const override {
    Shown& now = shown.emplace_back(Shown{.training = pass.training});
    std::vector<real> scores;
    for (int64_t i = 0; i < batch.sequences(); ++i) {
      now.texts.emplace_back(batch.ids.begin() + batch.spans.begin(i), batch.ids.begin() + batch.spans.end(i));
      const bool yes = now.texts.back()[1] == small_tokenizer()->vocabulary().id("yes");
      const real score = yes != pass.training ? 1 : -1;
      scores.insert(scores.end(), {-score, score});
    }
    return {.encoded = {}, .scores = Tensor(Array::of({batch.sequences(), 2}, scores))};
  }
  bert::Scored head_scores(bert::Encoded, const bert::Batch& batch, Pass& pass, std::vector<int64_t>) const override {
    return score(batch, pass, {}, {});
  }
  Tensor loss(const bert::Scored& scored, const bert::Batch&, const bert::Wanted&) const override {
    return sum(parameters_.list()[0].tensor * parameters_.list()[0].tensor) + sum(scored.scores);
  }
  bool has_loss(const bert::Wanted& wanted) const override { return !wanted.labels.empty(); }
  bool labels_rows() const override { return false; }
  std::vector<bert::NamedScores> named(const bert::Scored&) const override { return {}; }
  std::vector<int64_t> rows_of(const bert::Batch&, const bert::Wanted&) const override { return {}; }
  std::vector<int64_t> decode(const bert::Scored&, const bert::Batch&, const std::vector<int64_t>&) const override {
    return {};
  }

 private:
  Parameters parameters_{{{"w", Tensor::parameter(Array::filled({3}, 1))}}};
  bert::Config config_ = small_config(0);
};

struct Counting {
  FineTuned model{.task = task_with("classify", {}, {"no", "yes"}),
                  .tokenizer = small_tokenizer(),
                  .network = std::make_unique<Repeater>()};
  Repeater& network = static_cast<Repeater&>(*model.network);
};

const Ids& ids_of(const Item& item) { return item.sequences[0].ids; }

}  // namespace

TEST_CASE("an epoch's batches hold each example once, and those that are about equally long", "[finetuning]") {
  const Counting counting;
  const Datum data = read_rows(22);
  FineTuning tuning(counting.model, *data, nullptr, {.batch = 4});
  REQUIRE(tuning.batches() == 6);
  std::set<std::vector<Ids>> orders;
  for (int epoch = 0; epoch < 3; ++epoch) {
    counting.network.shown.clear();
    Pass pass{.training = true};
    for (int i = 0; i < 6; ++i) tuning.next(pass);
    std::vector<Ids> order;
    std::vector<std::pair<std::size_t, std::size_t>> lengths;  // the shortest and the longest of a batch
    for (const Repeater::Shown& batch : counting.network.shown) {
      order.insert(order.end(), batch.texts.begin(), batch.texts.end());
      const auto [least, most] = std::ranges::minmax(batch.texts, {}, &Ids::size);
      lengths.emplace_back(least.size(), most.size());
    }
    orders.insert(order);
    std::set<Ids> want;
    for (const Item& item : data->items) want.insert(ids_of(item));
    CHECK(want.size() == 22);
    CHECK(std::set(order.begin(), order.end()) == want);
    CHECK(order.size() == 22);
    std::ranges::sort(lengths);
    for (std::size_t i = 1; i < lengths.size(); ++i) CHECK(lengths[i - 1].second <= lengths[i].first);
  }
  CHECK(orders.size() == 3);
}

TEST_CASE("a dev score is that of the whole of dev, without dropout, and of nothing else", "[finetuning]") {
  const Scratch scratch;
  const Counting counting;
  const Datum train = read_rows(11), dev = read_rows(7);
  FineTuning tuning(counting.model, *train, dev.get(), {.batch = 4});
  const train::RunDirectory run(scratch.path() / "run", train::IfThere::refuse);
  train::train(tuning, ten_steps(), run);
  int evaluations = 0;
  for (const io::Json& line : lines_of(run.path()))
    if (line.contains("evaluation")) {
      ++evaluations;
      CHECK(line["evaluation"]["accuracy"] == 5.0 / 7);
    }
  CHECK(evaluations == 4);
  std::map<Ids, int> looks;
  for (const Repeater::Shown& batch : counting.network.shown)
    for (const Ids& text : batch.texts)
      if (!batch.training) ++looks[text];
  CHECK(looks.size() == 7);
  for (const Item& item : dev->items) CHECK(looks[ids_of(item)] == 4);
}

TEST_CASE("a measure is of all examples, however unevenly they are batched", "[finetuning]") {
  const Datum dev = read_rows(7);
  for (const int64_t tokens : {1, 13, 30, 60, 4096}) {
    const Counting counting;
    const Outcome outcome = counting.model.outcome(*dev, tokens);
    const Task& task = *counting.model.task;
    CHECK(measures(task, *dev, outcome.outputs)[0].value == 5.0 / 7);
    if (tokens != 30) continue;
    double sum = 0;  // of the batches' own
    for (const Repeater::Shown& batch : counting.network.shown) {
      std::vector<int64_t> examples;
      for (const Ids& text : batch.texts)
        examples.push_back(std::ranges::find(dev->items, text, ids_of) - dev->items.begin());
      sum += task.measuring(*dev, outcome.outputs)(examples)[0].value;
    }
    CHECK(sum / static_cast<double>(counting.network.shown.size()) != Approx(5.0 / 7));
  }
}
