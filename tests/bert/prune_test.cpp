#include "bert/model/prune.h"

#include "bert/heads/word_head.h"
#include "core/require.h"
#include "tests/bert/reference.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;

namespace {

Config small() {
  Config config = named_config("tiny");
  config.vocab_size = 30;
  config.hidden_size = config.intermediate_size = 24;
  config.num_attention_heads = 4;
  config.position_embedding_type = Relative::key;
  return config;
}

Model filled(const Config& config) {
  Model model(config);
  Parameters parameters = parameters_of(model);
  reference::fill(parameters);
  return model;
}

Array states(const Model& model, const EncoderOptions& options = {}) {
  Pass pass;
  return model(Batch::of({{{2, 5, 6, 3}}, {{2, 8, 9, 3}}}), pass, options).last_hidden_state.value();
}

double difference(const Array& a, const Array& b) {
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i] - b[i])));
  return most;
}

const double tolerance = sizeof(real) == 8 ? 1e-13 : 1e-6;

const HeadsByLayer some{{0, {1, 2}}, {1, {3}}};

}  // namespace

TEST_CASE("a head that is pruned is one that is masked", "[prune]") {
  Model model = filled(small());
  const Array mask = Array::of({2, 4}, {1, 0, 0, 1, 1, 1, 1, 0});
  const Array masked = states(model, {.head_mask = Tensor(mask)});
  CHECK(difference(masked, states(model)) > 0.01);
  prune_heads(model, some);
  CHECK(difference(masked, states(model)) < tolerance);
  CHECK(difference(masked, states(model, {.head_mask = Tensor(Array::filled({4}, 1))})) < tolerance);
}

TEST_CASE("a mask of heads counts those that are pruned", "[prune]") {
  Model model = filled(small());
  const Array before = states(model, {.head_mask = Tensor(Array::of({4}, {0.5, 0, 0, 2}))});
  prune_heads(model, {{0, {1, 2}}, {1, {1, 2}}});
  CHECK(difference(before, states(model, {.head_mask = Tensor(Array::of({4}, {0.5, 7, 7, 2}))})) < tolerance);
}

TEST_CASE("pruning twice is pruning once: heads keep their numbers", "[prune]") {
  Model once = filled(small()), twice = filled(small());
  prune_heads(once, {{0, {0, 1, 3}}});
  prune_heads(twice, {{0, {1}}});
  prune_heads(twice, {{0, {0, 1, 3}}});
  CHECK(once.config.pruned_heads == twice.config.pruned_heads);
  CHECK(states(once).values() == states(twice).values());
}

TEST_CASE("pruned shapes go through config.json: a model made from it takes the weights", "[prune]") {
  Model model = filled(small());
  prune_heads(model, some);
  const std::string text = config_text(model.config);
  CHECK(nlohmann::json::parse(text)["pruned_heads"] == nlohmann::json({{"0", {1, 2}}, {"1", {3}}}));
  Model again(parse_config(text, "config.json"));
  Parameters parameters = parameters_of(again);
  CHECK(parameters.find("encoder.layer.0.attention.self.query.weight").shape() == Shape{12, 24});
  CHECK(parameters.find("encoder.layer.1.attention.output.dense.weight").shape() == Shape{24, 18});
  CHECK(parameters.count() == encoder_and_pooler(again.config));
  CHECK(parameters.load(parameters_of(model).state()).clean());
  CHECK(states(again).values() == states(model).values());
}

TEST_CASE("what was frozen stays so, and the cross-attention keeps its heads", "[prune]") {
  Config config = small();
  config.is_decoder = config.add_cross_attention = true;
  CausalLM model(config);
  parameters_of(model).freeze("*query.weight");
  prune_heads(model.bert, {{0, {0}}});
  Parameters parameters = parameters_of(model);
  CHECK_FALSE(parameters.find("bert.encoder.layer.0.attention.self.query.weight").wants_grad());
  CHECK(parameters.find("bert.encoder.layer.0.attention.self.query.bias").wants_grad());
  CHECK(parameters.find("bert.encoder.layer.0.crossattention.self.query.weight").shape() == Shape{24, 24});
}

TEST_CASE("heads that are not there, and the last one, are refused", "[prune]") {
  Model model = filled(small());
  CHECK_THROWS_WITH(prune_heads(model, {{2, {0}}}), "prune_heads: pruned_heads: layer: got 2, want 0 … 1");
  CHECK_THROWS_WITH(prune_heads(model, {{0, {4}}}), "prune_heads: pruned_heads: head: got 4, want 0 … 3");
  CHECK_THROWS_WITH(prune_heads(model, {{0, {0, 1, 2, 3}}}),
                    "prune_heads: pruned_heads: got all 4 heads of layer 0, want one left");
  CHECK(model.config.pruned_heads.empty());
}
