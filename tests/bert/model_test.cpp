// BERT with each of its heads beside transformers: tests/golden/bert.py.
#include "bert/model/model.h"

#include "bert/heads/word_head.h"
#include "bert/model/prune.h"
#include "core/ops.h"
#include "optim/adam.h"
#include "optim/schedule.h"
#include "tests/bert/reference.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace reference;

namespace {

constexpr double value_tolerance = sizeof(real) == 8 ? 1e-11 : 2e-5;
constexpr double gradient_tolerance = sizeof(real) == 8 ? 1e-9 : 1e-4;  // relative to the largest of a tensor

// A case that is being run, and what came of it by name.
struct Run {
  const json& test;
  Inputs in;
  Pass pass = {};
  std::map<std::string, Array> got = {};

  explicit Run(const json& t) : test(t), in(t) {}

  void rows(const std::string& name, const Tensor& x) { got[name] = unpack(in.batch, x.value(), in.length); }

  void states(const Encoded& encoded) {
    rows("last_hidden_state", encoded.last_hidden_state);
    if (encoded.pooler_output) got["pooler_output"] = encoded.pooler_output.value();
    for (std::size_t i = 0; i < encoded.hidden_states.size(); ++i)
      rows("hidden_states." + std::to_string(i), encoded.hidden_states[i]);
    attentions("attentions.", encoded.attentions, in.length);
    if (in.options.encoder_states)
      attentions("cross_attentions.", encoded.cross_attentions, in.options.encoder_states->spans.longest());
  }

  void attentions(const std::string& name, const std::vector<std::vector<Array>>& layers, int64_t keys) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      got[name + std::to_string(i)] = unpack_attentions(in.batch, layers[i], in.length, keys);
  }
};

std::vector<int64_t> from_0(std::vector<int64_t> positions) {
  for (int64_t& position : positions) position = std::max<int64_t>(0, position);
  return positions;
}

Wanted wanted_of(const Network& network, const Run& run) {
  const json& test = run.test;
  Wanted wanted{.labels = integers(test, "labels"),
                .starts = from_0(integers(test, "start_positions")),
                .ends = from_0(integers(test, "end_positions")),
                .next = integers(test, "next_sentence_label")};
  if (network.labels_rows()) wanted.labels = pack_labels(run.in.batch, wanted.labels, run.in.length);
  if (!test.contains("values")) return wanted;
  const int64_t labels = test["labels"];
  wanted.values = hashed("values", labels == 1 ? Shape{3} : Shape{3, labels});
  for (int64_t i = 0; i < wanted.values.size(); ++i) wanted.values[i] += real(0.5);
  return wanted;
}

// Of a model without a head.
Tensor loss_of(const Encoded& encoded, const Run& run) {
  const Array all = hashed("cotangent of states", {run.in.batch.sequences(), run.in.length, 16});
  std::vector<real> rows;
  for (int64_t b = 0, row = 0; b < run.in.batch.sequences(); ++b)
    for (int64_t t = 0; t < run.in.batch.spans.length(b); ++t, ++row)
      for (int64_t i = 0; i < 16; ++i)
        rows.push_back(run.in.batch.counts(row) ? all[(b * run.in.length + t) * 16 + i] : 0);
  const Array pooler = hashed("cotangent of the pooler", encoded.pooler_output.shape());
  return sum(encoded.last_hidden_state * Array::of(encoded.last_hidden_state.shape(), rows)) +
         sum(encoded.pooler_output * pooler);
}

HeadsByLayer heads_of(const json& by_layer) {
  HeadsByLayer heads;
  for (const auto& [layer, gone] : by_layer.items()) heads[std::stoll(layer)] = gone.get<std::set<int64_t>>();
  return heads;
}

void gradients(const std::string& name, const Tensor& leaf, Run& run) {
  if (leaf.grad()) run.got["grad." + name] = leaf.grad();
}

std::unique_ptr<Network> network_of(const json& test) {
  const Config config = config_of(test);
  std::unique_ptr<Network> network = make_network(test["head"], config);
  fill(network->parameters());
  if (!test.contains("prune")) return network;
  MaskedLM model(config);
  fill(model.parameters());
  for (const json& heads : test["prune"]) prune_heads(model.bert, heads_of(heads));
  return std::make_unique<EncoderWith<WordHead>>(model.bert, model.head);
}

void forward_and_backward(Run& run) {
  const std::unique_ptr<Network> network = network_of(run.test);
  const Scored scored = network->score(run.in.batch, run.pass, run.in.options);
  run.states(scored.encoded);
  for (const auto& [name, tensor, by_row] : network->named(scored))
    run.got[name] = by_row ? unpack(run.in.batch, tensor.value(), run.in.length) : tensor.value();
  const bool headless = run.test["head"] == "model";
  const Tensor loss =
      headless ? loss_of(scored.encoded, run) : network->loss(scored, run.in.batch, wanted_of(*network, run));
  run.got["loss"] = loss.value();
  backward(loss);
  for (const Parameter& parameter : network->parameters().list()) gradients(parameter.name, parameter.tensor, run);
  for (const auto& [name, leaf] : run.in.leaves) gradients(name, leaf, run);
}

// The key's bias moves all scores of a query alike, so that its gradient is nothing but rounding.
bool only_rounding(const std::string& name) { return name.starts_with("grad.") && name.ends_with("self.key.bias"); }

}  // namespace

TEST_CASE("every head's states, attentions, logits, loss and gradients are transformers'", "[bert][golden]") {
  for (const json& test : golden()["cases"]) {
    json title = test;
    title.erase("given");
    title.erase("want");
    INFO(title.dump());
    Run run(test);
    forward_and_backward(run);
    for (const auto& [name, want] : test["want"].items()) {
      INFO(name);
      REQUIRE(run.got.contains(name));
      if (only_rounding(name)) continue;
      const double allowed = name.starts_with("grad.") ? gradient_tolerance : value_tolerance;
      CHECK(error(run.got.at(name), want) <= allowed);
    }
    for (const auto& [name, tensor] : run.got)
      if (name.starts_with("grad.")) CHECK(test["want"].contains(name));
  }
}

TEST_CASE("20 steps of AdamW follow PyTorch's losses", "[bert][golden]") {
  json test = golden()["cases"][1];
  Run run(test);
  PreTraining model(config_of(test));
  Parameters parameters = parameters_of(model);
  fill(parameters);
  parameters.flatten();
  const Wanted wanted = wanted_of(model, run);
  optim::AdamW optimizer(parameters, {.lr = 3e-3});
  const optim::Schedule schedule = optim::linear({.warmup = 5, .total = 20});
  for (int64_t step = 0; step < 20; ++step) {
    parameters.reset_grad();
    const Tensor loss = model.loss(model.score(run.in.batch, run.pass), run.in.batch, wanted);
    backward(loss);
    optimizer.step({.factor = schedule(step), .clip = 1});
    INFO("step " << step);
    CHECK(static_cast<double>(loss.item()) ==
          Approx(golden()["curve"][to_size(step)].get<double>()).epsilon(sizeof(real) == 8 ? 1e-9 : 1e-4));
  }
}
