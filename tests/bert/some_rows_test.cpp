#include <algorithm>

#include "core/ops.h"
#include "core/random.h"
#include "tests/bert/heads.h"
#include "tests/bits.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace heads;

namespace {

using Rows = std::vector<int64_t>;

Config two_heads() {
  Config config = config_of_cases();
  config.num_attention_heads = 2;
  config.set_dropout(0.5);
  return config;
}

std::unique_ptr<Network> ready(std::unique_ptr<Network> network) {
  initialise(*network, 7);
  return network;
}

struct Named {
  std::string name;
  std::unique_ptr<Network> network;
};

std::vector<Named> all_networks(const Config& config) {
  std::vector<Named> all;
  for (const std::string& name : network_names()) all.push_back({name, ready(make_network(name, config))});
  for (const std::string& kind : sentence_kinds())
    for (const std::string& pool : pools_of(kind))
      all.push_back({kind + " " + pool, ready(sentence_network(config, {.kind = kind, .pool = pool, .width = 4}))});
  all.push_back({"layer 1", ready(sentence_network(config, {.layers = "1", .pool = "cls"}))});
  for (const char* pool : {"cls", "pooler", "mean"})
    all.push_back({std::string("pair ") + pool, ready(pair_network(config, pool, Objective::classes))});
  return all;
}

// Sequences from rows 0, 3, 7 and 12 on.
Batch batch_of_pairs() {
  Batch batch = Batch::of({{{1, 5, 2}}, {{1, 6, 7, 2}}, {{1, 4, 4, 8, 2}}, {{1, 2}}});
  batch.groups = Spans{2, 2};
  return batch;
}

const Rows asked{4, 1, 6, 1};

// What a network gives for these rows, and the gradients of some sum of it.
struct Results {
  std::vector<Array> values, grads;
};

Results results(Network& network, const EncoderOptions& options) {
  const Batch batch = batch_of_pairs();
  Pass pass{.training = true, .rng = {.seed = 3}};
  network.parameters().reset_grad();
  Results to;
  {
    const Scored scored = network.score(batch, pass, options, asked);
    Tensor total = Tensor(real(0));
    for (const Tensor& y : {scored.scores, scored.next, scored.encoded.pooler_output}) {
      if (!y) continue;
      to.values.push_back(y.value());
      total = total + sum(y * Tensor(normal({.seed = 4}, y.shape())));
    }
    backward(total);
  }
  for (const Parameter& parameter : network.parameters().list()) to.grads.push_back(parameter.tensor.grad());
  to.values.push_back(Array::number(static_cast<real>(pass.rng.site)));
  return to;
}

// As large as the sum is wrong in its last digits.
void check_equal(const Results& got, const Results& want) {
  REQUIRE(got.values.size() == want.values.size());
  for (std::size_t i = 0; i < want.values.size(); ++i) CHECK(same_bits(got.values[i], want.values[i]));
  for (std::size_t i = 0; i < want.grads.size(); ++i) {
    REQUIRE(static_cast<bool>(got.grads[i]) == static_cast<bool>(want.grads[i]));
    for (int64_t j = 0; want.grads[i] && j < want.grads[i].size(); ++j)
      CHECK(got.grads[i][j] == Approx(want.grads[i][j]).margin(sizeof(real) == 8 ? 1e-14 : 1e-6));
  }
}

Rows rows_computed(const Network& network, const Batch& batch, const Rows& rows = {}) {
  Pass pass;
  const Array states = network.score(batch, pass, {}, rows).encoded.last_hidden_state.value();
  Rows computed;
  for (int64_t row = 0; row < batch.rows(); ++row)
    if (std::ranges::any_of(states.rows(row, row + 1).values(), [](real x) { return x != 0; })) computed.push_back(row);
  return computed;
}

}  // namespace

TEST_CASE("what a head gives does not depend on rows that it does not read", "[heads]") {
  const Config config = two_heads();
  for (const Named& each : all_networks(config)) {
    INFO(each.name);
    const Results some = results(*each.network, {}), all = results(*each.network, {.hidden_states = true});
    check_equal(some, all);
    if (each.name != "layer 1" && !each.name.ends_with("first-last"))  // which look at other layers, too
      check_equal(results(*each.network, {.recompute = true}), all);
  }
}

TEST_CASE("the last layer computes the rows that its head reads", "[heads]") {
  const Config config = two_heads();
  const Batch batch = batch_of_pairs();
  const Rows first{0, 3, 7, 12}, words{1, 4, 6}, both{0, 1, 3, 4, 6, 7, 12};
  const auto computed = [&](const std::string& name, const Rows& rows) {
    return rows_computed(*ready(make_network(name, config)), batch, rows);
  };
  for (const char* name : {"sequence-classification", "next-sentence", "multiple-choice"})
    CHECK(computed(name, {}) == first);
  CHECK(computed("masked-lm", asked) == words);
  CHECK(computed("pretraining", asked) == both);
  for (const char* name : {"model", "masked-lm", "pretraining", "token-classification", "question-answering"})
    CHECK(std::ssize(computed(name, {})) == batch.rows());
  CHECK(rows_computed(*ready(sentence_network(config, {.pool = "cls"})), batch) == first);
  CHECK(rows_computed(*ready(pair_network(config, "cls", Objective::cosine)), batch) == first);
  CHECK(std::ssize(rows_computed(*ready(pair_network(config, "mean", Objective::cosine)), batch)) == batch.rows());
}

TEST_CASE("where a row's place counts, the last layer computes all", "[heads]") {
  Config causal = two_heads(), relative = two_heads();
  causal.is_decoder = true;
  relative.position_embedding_type = Relative::key;
  const Batch batch = batch_of_pairs();
  for (const Config& config : {causal, relative})
    CHECK(std::ssize(rows_computed(*ready(make_network("masked-lm", config)), batch, asked)) == batch.rows());
  Batch masked = batch;
  masked.mask.pairs = Array::filled({9 + 16 + 25 + 4}, 1);
  CHECK(std::ssize(rows_computed(*ready(make_network("masked-lm", two_heads())), masked, asked)) == batch.rows());
}
