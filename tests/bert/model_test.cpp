// BERT with each of its heads beside transformers: tests/golden/bert.py.
#include "bert/model/model.h"

#include <functional>

#include "bert/heads/classification.h"
#include "bert/heads/question_answering.h"
#include "bert/heads/sentences.h"
#include "bert/model/prune.h"
#include "core/ops/arithmetic.h"
#include "core/ops/reduce.h"
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

  std::vector<int64_t> labels(const char* key = "labels") const { return integers(test, key); }
  void rows(const std::string& name, const Tensor& x) { got[name] = unpack(in.batch, x.value()); }

  void states(const Encoded& encoded) {
    rows("last_hidden_state", encoded.last_hidden_state);
    if (encoded.pooler_output) got["pooler_output"] = encoded.pooler_output.value();
    for (std::size_t i = 0; i < encoded.hidden_states.size(); ++i)
      rows("hidden_states." + std::to_string(i), encoded.hidden_states[i]);
    attentions("attentions.", encoded.attentions, in.batch.length);
    if (in.ask.memory) attentions("cross_attentions.", encoded.cross_attentions, in.ask.memory->spans.longest());
  }

  void attentions(const std::string& name, const std::vector<std::vector<Array>>& layers, int64_t keys) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      got[name + std::to_string(i)] = unpack_attentions(in.batch, layers[i], keys);
  }
};

// What every head does for itself: the logits into `run`, and the loss.
Tensor finish(const Model&, const Encoded& encoded, Run& run) {
  const Batch& batch = run.in.batch;
  const Array cotangent = hashed("cotangent of states", {batch.sequences(), batch.length, 16});
  Array rows(encoded.last_hidden_state.shape());
  for (std::size_t row = 0; row < batch.places.size(); ++row)
    for (int64_t i = 0; i < 16; ++i)
      rows[static_cast<int64_t>(row) * 16 + i] = batch.counts[row] ? cotangent[batch.places[row] * 16 + i] : 0;
  const Array pooler = hashed("cotangent of the pooler", encoded.pooler_output.shape());
  return sum(encoded.last_hidden_state * rows) + sum(encoded.pooler_output * pooler);
}

Tensor finish(const PreTraining& head, const Encoded& encoded, Run& run) {
  run.rows("prediction_logits", head.prediction_logits(encoded));
  run.got["seq_relationship_logits"] = head.seq_relationship_logits(encoded).value();
  return head.loss(run.in.batch, encoded, {run.labels(), run.labels("next_sentence_label")});
}

template <class LanguageModel>
Tensor finish(const LanguageModel& head, const Encoded& encoded, Run& run) {
  run.rows("logits", head.logits(encoded));
  return head.loss(run.in.batch, encoded, run.labels());
}

Tensor finish(const NextSentence& head, const Encoded& encoded, Run& run) {
  run.got["logits"] = head.logits(encoded).value();
  return head.loss(encoded, run.labels());
}

Tensor finish(const SequenceClassification& head, const Encoded& encoded, Run& run) {
  run.got["logits"] = head.logits(encoded, run.pass).value();
  if (!run.test.contains("values")) return head.loss(encoded, run.labels(), run.pass);
  const int64_t labels = run.test["labels"];
  Array values = hashed("values", labels == 1 ? Shape{3} : Shape{3, labels});
  for (int64_t i = 0; i < values.size(); ++i) values[i] += real(0.5);
  return head.loss(encoded, values, run.pass);
}

Tensor finish(const MultipleChoice& head, const Encoded& encoded, Run& run) {
  run.got["logits"] = head.logits(encoded, 2, run.pass).value();
  return head.loss(encoded, 2, run.labels(), run.pass);
}

Tensor finish(const TokenClassification& head, const Encoded& encoded, Run& run) {
  run.rows("logits", head.logits(encoded, run.pass));
  return head.loss(run.in.batch, encoded, run.labels(), run.pass);
}

Tensor finish(const QuestionAnswering& head, const Encoded& encoded, Run& run) {
  const QuestionAnswering::Logits logits = head.logits(encoded);
  run.rows("start_logits", logits.start);
  run.rows("end_logits", logits.end);
  return head.loss(run.in.batch, encoded, run.labels("start_positions"), run.labels("end_positions"));
}

Model& trunk(Model& model) { return model; }
template <class Head>
Model& trunk(Head& head) {
  return head.bert;
}

HeadsByLayer heads_of(const json& by_layer) {
  HeadsByLayer heads;
  for (const auto& [layer, gone] : by_layer.items()) heads[std::stoll(layer)] = gone.get<std::set<int64_t>>();
  return heads;
}

void gradients(const std::string& name, const Tensor& leaf, Run& run) {
  if (leaf.grad()) run.got["grad." + name] = leaf.grad();
}

template <class Head>
void forward_and_backward(Run& run) {
  Head head(config_of(run.test));
  Parameters parameters = parameters_of(head);
  fill(parameters);
  if (run.test.contains("prune")) {
    for (const json& heads : run.test["prune"]) prune_heads(trunk(head), heads_of(heads));
    parameters = parameters_of(head);
  }
  const Encoded encoded = trunk(head)(run.in.batch, run.pass, run.in.ask);
  run.states(encoded);
  const Tensor loss = finish(head, encoded, run);
  run.got["loss"] = loss.value();
  backward(loss);
  for (const Parameter& parameter : parameters.list()) gradients(parameter.name, parameter.tensor, run);
  for (const auto& [name, leaf] : run.in.leaves) gradients(name, leaf, run);
}

const std::map<std::string, std::function<void(Run&)>> heads{
    {"model", forward_and_backward<Model>},
    {"pretraining", forward_and_backward<PreTraining>},
    {"masked-lm", forward_and_backward<MaskedLM>},
    {"causal-lm", forward_and_backward<CausalLM>},
    {"next-sentence", forward_and_backward<NextSentence>},
    {"sequence-classification", forward_and_backward<SequenceClassification>},
    {"multiple-choice", forward_and_backward<MultipleChoice>},
    {"token-classification", forward_and_backward<TokenClassification>},
    {"question-answering", forward_and_backward<QuestionAnswering>},
};

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
    heads.at(test["head"])(run);
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
  optim::AdamW optimizer(parameters, {.lr = 3e-3});
  const optim::Schedule schedule = optim::linear({.warmup = 5, .total = 20});
  for (int64_t step = 0; step < 20; ++step) {
    parameters.reset_grad();
    const Encoded encoded = model.bert(run.in.batch, run.pass);
    const Tensor loss = model.loss(run.in.batch, encoded, {run.labels(), run.labels("next_sentence_label")});
    backward(loss);
    optimizer.step({.factor = schedule(step), .clip = 1});
    INFO("step " << step);
    CHECK(static_cast<double>(loss.item()) == Approx(golden()["curve"][static_cast<std::size_t>(step)].get<double>())
                                                  .epsilon(sizeof(real) == 8 ? 1e-9 : 1e-4));
  }
}
