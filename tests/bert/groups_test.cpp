// Sequences that belong together: windows of a text, endings to choose from, two texts of a pair.
#include "bert/heads/group_heads.h"
#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "nn/losses/losses.h"
#include "tests/bert/heads.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace heads;

namespace {

// Texts of which the first has three windows.
bert::Batch windows() {
  bert::Batch batch = bert::Batch::of({{{1, 5, 2}}, {{1, 6, 7, 2}}, {{1, 2}}, {{1, 8, 2}}});
  batch.groups = {3, 1};
  return batch;
}

Array scores_of(const Network& network, const bert::Batch& batch) {
  Pass pass;
  return network.score(batch, pass).scores.value();
}

}  // namespace

TEST_CASE("windows of a text have their say together: by their mean, by the largest, or as they were learned") {
  const Config config = config_of_cases();
  bert::Batch apart = windows();
  apart.groups = {};
  for (const std::string& kind : sentence_kinds()) {
    INFO(kind);
    const auto network_with = [&](const char* how) {
      auto network = sentence_network(config, {.kind = kind, .kernels = {1, 2}, .windows = how});
      initialise(*network, 1);
      return network;
    };
    const Array each = scores_of(*network_with("mean"), apart), mean = scores_of(*network_with("mean"), windows()),
                most = scores_of(*network_with("max"), windows());
    REQUIRE(mean.shape() == Shape{2, 3});
    for (int64_t label = 0; label < 3; ++label) {
      const real a = each[label], b = each[3 + label], c = each[6 + label];
      CHECK(mean[label] == Approx((a + b + c) / 3).margin(1e-6));
      CHECK(most[label] == std::max({a, b, c}));
      CHECK(mean[3 + label] == each[9 + label]);
    }
    const auto learned = network_with("attention");
    Pass pass;
    backward(learned->loss(learned->score(windows(), pass), windows(), {.labels = {0, 2}}));
    CHECK(learned->parameters().find("windows.score.weight").grad());
    CHECK(scores_of(*learned, windows()).shape() == Shape{2, 3});
  }
  CHECK_THROWS_WITH(sentence_network(config, {.windows = "sum"}),
                    "windows: got 'sum', want one of: mean max attention");
}

TEST_CASE("of windows with equal scores of attention the mean is taken before the classifier") {
  const Config config = config_of_cases();
  const auto mean = sentence_network(config, {}), learned = sentence_network(config, {.windows = "attention"});
  initialise(*mean, 1);
  initialise(*learned, 1);
  const Tensor score = learned->parameters().find("windows.score.weight");
  Array flat = Tensor(score).edit();
  std::fill_n(flat.data(), flat.size(), real(0));
  const Array a = scores_of(*mean, windows()), b = scores_of(*learned, windows());  // the classifier is linear
  for (int64_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).margin(1e-6));
}

TEST_CASE("choices and pairs are the groups of a batch") {
  const Config config = config_of_cases();
  bert::Batch batch = windows();
  const auto choice = make_network("multiple-choice", config);
  initialise(*choice, 1);
  Pass pass;
  CHECK_THROWS_WITH(choice->score(batch, pass), "multiple choice: got 4 sequences for 2 examples of 3 choices");
  batch.groups = {2, 2};
  const Array pairs = scores_of(*choice, batch);
  CHECK(pairs.shape() == Shape{2, 2});
  batch.groups = {};
  CHECK(scores_of(*choice, batch).values() == pairs.values());

  for (const Objective objective : {Objective::classes, Objective::cosine, Objective::ranking}) {
    const auto network = pair_network(config, "mean", objective);
    initialise(*network, 1);
    batch.groups = {};
    CHECK_THROWS_WITH(network->score(batch, pass), "pair head: got no groups, want pairs");
    batch.groups = {2, 2};
    const Scored scored = network->score(batch, pass);
    CHECK(scored.scores.shape() == (objective == Objective::classes ? Shape{2, 3} : Shape{2}));
    const Wanted wanted{.labels = {2, 0}, .values = Array::of({2, 1}, {1, 0})};
    CHECK(network->has_loss(wanted));
    CHECK(network->has_loss({}) == (objective == Objective::ranking));
    backward(network->loss(scored, batch, wanted));
    CHECK(network->parameters().find("bert.embeddings.word_embeddings.weight").grad());
  }
}
