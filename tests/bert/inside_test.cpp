#include <cmath>

#include "bert/inside/encoder_steps.h"
#include "bert/inside/explanation.h"
#include "bert/inside/head_importance.h"
#include "bert/inside/logit_lens.h"
#include "bert/inside/pseudo_likelihood.h"
#include "bert/inside/saliency.h"
#include "bert/inside/trace.h"
#include "core/ops.h"
#include "tests/bert/finetuning.h"
#include "tests/bert/reference.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::inside;
using namespace finetuning;
using tasks::FineTuned;
using tasks::Outcome;

namespace {

const double tolerance = sizeof(real) == 8 ? 1e-12 : 2e-5;

double difference(const Array& a, const Array& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i] - b[i])));
  return most;
}

bert::MaskedLM filled(const bert::Config& config) {
  bert::MaskedLM network(config);
  reference::fill(network.parameters());
  network.parameters().freeze("*");
  return network;
}

LanguageModel language_model() { return {text::Tokenizer(small_tokenizer()->vocabulary()), filled(small_config(0))}; }

bert::Batch a_batch() { return bert::Batch::of({{.ids = {2, 5, 6, 7, 3}}}); }

}  // namespace

// --- words
// -------------------------------------------------------------------------------------------------------------

TEST_CASE("a row of scores says how likely a word is and which are before it", "[inside]") {
  const std::vector<real> scores = {static_cast<real>(std::log(2.0)), 0, static_cast<real>(std::log(5.0)), 0};
  const WordReading two = word_reading(scores, 0, 2);
  CHECK(two.rank == 2);
  CHECK(std::exp(two.log_probability) == Approx(2.0 / 9));
  REQUIRE(two.likeliest.size() == 2);
  CHECK(two.likeliest[0].id == 2);
  CHECK(two.likeliest[0].probability == Approx(5.0 / 9));
  CHECK(two.entropy == Approx(-(2 * std::log(2.0 / 9) + 5 * std::log(5.0 / 9) + 2 * std::log(1.0 / 9)) / 9));
  CHECK(word_reading(scores, 1, 1).rank == 3);  // of equals the first
  CHECK(word_reading(scores, 3, 1).rank == 4);
}

TEST_CASE("the lens ends in the logits", "[inside]") {
  const LanguageModel model = language_model();
  const text::Encoding encoding = model.encoded("yes no yes");
  const Lens lens = logit_lens(model, encoding);
  REQUIRE(lens.rows.size() == 3);
  REQUIRE(std::ssize(lens.layers) == model.network.bert.config.num_hidden_layers + 1);
  Pass pass;
  const Array logits =
      model.network.score(bert::Batch::of({{encoding.ids, encoding.types}}), pass, {}, lens.rows).scores.value();
  const std::vector<WordReading> last = word_readings(logits, {encoding.ids[1], encoding.ids[2], encoding.ids[3]}, 5);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(lens.layers.back()[i].log_probability == Approx(last[i].log_probability));
    CHECK(lens.layers.back()[i].rank == last[i].rank);
  }
}

TEST_CASE("a hidden lens and the pseudo-log-likelihood see the same text", "[inside]") {
  const LanguageModel model = language_model();
  const text::Encoding encoding = model.encoded("yes no yes");
  const Lens lens = logit_lens(model, encoding, {.shown = Shown::hidden});
  const PseudoLikelihood scores = pseudo_likelihood(model, encoding);
  REQUIRE(scores.tokens.size() == 3);
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(scores.tokens[i].original.log_probability == Approx(lens.layers.back()[i].log_probability));
    sum += scores.tokens[i].original.log_probability;
  }
  CHECK(scores.original() == Approx(sum));
}

// --- saliency
// ----------------------------------------------------------------------------------------------------------

TEST_CASE("Gauss and Legendre integrate polynomials of degree 2 n - 1", "[inside]") {
  const Quadrature one = gauss_legendre(1);
  CHECK(one.places[0] == Approx(0.5));
  CHECK(one.weights[0] == Approx(1));
  const Quadrature two = gauss_legendre(2);
  CHECK(two.places[0] == Approx(0.5 - std::sqrt(3.0) / 6));
  CHECK(two.places[1] == Approx(0.5 + std::sqrt(3.0) / 6));
  for (const int n : {3, 8, 50}) {
    const Quadrature some = gauss_legendre(n);
    double sum = 0;
    for (std::size_t i = 0; i < some.places.size(); ++i) sum += some.weights[i] * std::pow(some.places[i], 2 * n - 1);
    CHECK(sum == Approx(1.0 / (2 * n)));
  }
}

TEST_CASE("integrated gradients add up to what changed; one node is the gradient half-way", "[inside]") {
  const bert::MaskedLM network = filled(small_config(0));
  const Question question{network, a_batch(),
                          [](const bert::Scored& scored) { return sum(slice(scored.scores, 1, 5, 6)); }};
  const Array baseline = word_vectors(network, {2, 0, 0, 0, 3});
  const IntegratedGradients way = integrated_gradients(question, baseline, 50);
  CHECK(way.value == Approx(value_of(question)));
  CHECK(way.before == Approx(value_of(question, baseline)));
  CHECK(std::abs(way.error()) < 1e-3);
  CHECK(std::abs(way.error()) < std::abs(integrated_gradients(question, baseline, 1).error()));
  CHECK(way.scores[0] == 0);  // [CLS] is the same in both
}

TEST_CASE("gradients are those of differences", "[inside]") {
  const bert::MaskedLM network = filled(small_config(0));
  const Question question{network, a_batch(),
                          [](const bert::Scored& scored) { return sum(slice(scored.scores, 1, 5, 6)); }};
  const Gradients here = gradients_of(question);
  const Array x = word_vectors(network, question.batch.ids);
  const double step = sizeof(real) == 8 ? 1e-6 : 1e-2;
  const int64_t columns = x.shape()[1];
  for (int64_t row = 0; row < 5; ++row) {  // along the row itself: Σ x ∂F/∂x
    Array more = x.clone(), less = x.clone();
    for (int64_t i = row * columns; i < (row + 1) * columns; ++i) {
      more[i] *= static_cast<real>(1 + step);
      less[i] *= static_cast<real>(1 - step);
    }
    const double slope = (value_of(question, more) - value_of(question, less)) / (2 * step);
    CHECK(here.times_input[to_size(row)] == Approx(slope).epsilon(1e-2).margin(1e-3));
  }
}

TEST_CASE("occlusion is zero where the word is what it is replaced by", "[inside]") {
  const bert::MaskedLM network = filled(small_config(0));
  const Question question{network, a_batch(),
                          [](const bert::Scored& scored) { return sum(slice(scored.scores, 1, 5, 6)); }};
  const std::vector<double> scores = occlusion(question, {{1}, {1, 2}}, 5);
  CHECK(scores[0] == Approx(0).margin(tolerance));
  CHECK(scores[1] != 0);
}

// --- trace
// -------------------------------------------------------------------------------------------------------------

TEST_CASE("a trace ends where the model does", "[inside]") {
  bert::Config config = small_config(0);
  const auto relative = GENERATE(Relative::none, Relative::key, Relative::key_query);
  config.position_embedding_type = relative;
  config.is_decoder = relative == Relative::key;
  bert::MaskedLM network = filled(config);
  network.prune({{1, {0}}});
  const Trace trace = trace_of(network, a_batch());
  Pass pass;
  const bert::Scored want = network.score(a_batch(), pass, {.hidden_states = true});
  CHECK(difference(trace.scored.scores.value(), want.scores.value()) < tolerance);
  REQUIRE(trace.scored.encoded.hidden_states.size() == want.encoded.hidden_states.size());
  for (std::size_t layer = 0; layer < want.encoded.hidden_states.size(); ++layer)
    CHECK(difference(trace.scored.encoded.hidden_states[layer].value(), want.encoded.hidden_states[layer].value()) <
          tolerance);
  CHECK(trace.steps.front().name == "embeddings.word_embeddings");
  CHECK(trace.steps.back().name == "logits");
  CHECK(trace.steps.back().gradient.size() == 0);
}

TEST_CASE("the way back of a trace is the gradient", "[inside]") {
  const bert::MaskedLM network = filled(small_config(0));
  const TraceTarget target = as_if_right({}, {2});
  const Trace trace = trace_of(network, a_batch(), target);
  const Question question{network, a_batch(), target};
  CHECK(trace.target == Approx(value_of(question)));
  const Array& slope = trace.steps[0].gradient;
  const std::vector<double> norms = gradients_of(question).norm;
  for (int64_t row = 0; row < 5; ++row) {
    double squares = 0;
    for (int64_t i = 0; i < slope.shape()[1]; ++i) {
      const auto number = static_cast<double>(slope[row * slope.shape()[1] + i]);
      squares += number * number;
    }
    CHECK(std::sqrt(squares) == Approx(norms[to_size(row)]).epsilon(1e-3));
  }
  for (const Step& step : trace.steps) CHECK(step.gradient.shape() == step.value.shape());
}

TEST_CASE("statistics of a tensor", "[inside]") {
  const Statistics all = statistics_of(Array::of({2, 2}, {1, 3, -1, 5}));
  CHECK(all.mean == Approx(2));
  CHECK(all.deviation == Approx(std::sqrt(5.0)));
  CHECK(all.least == -1);
  CHECK(all.most == 5);
  CHECK(all.norm == Approx(6));
}

// --- heads
// -------------------------------------------------------------------------------------------------------------

TEST_CASE("a head that sees nothing has no importance, and goes first", "[inside]") {
  FineTuned model = small_model(task_with("classify", {}, {"no", "yes"}), 0);
  for (const char* end : {"weight", "bias"}) {  // values of layer 0's first head
    Tensor value = model.network->parameters().find(fmt::format("bert.encoder.layer.0.attention.self.value.{}", end));
    const int64_t numbers = value.value().size() / model.network->config().num_attention_heads;
    std::fill_n(value.edit().data(), numbers, real{0});
  }
  const Datum data = read_rows(9);
  const HeadTable table = head_importance(model, *data);
  CHECK(table.at({0, 0}) == 0);
  CHECK(table.at({0, 1}) > 0);
  const std::vector<Head> order = least_important(table, model.network->config());
  CHECK(std::ssize(order) == table.layers * (table.heads - 1));
  CHECK(order[0].layer == 0);
  CHECK(order[0].head == 0);
  double squares = 0;
  for (int64_t head = 0; head < table.heads; ++head) squares += std::pow(normalised(table).at({1, head}), 2);
  CHECK(squares == Approx(1));
}

TEST_CASE("a network without heads says what it says with them masked", "[inside]") {
  FineTuned model = small_model(task_with("classify", {}, {"no", "yes"}), 0);
  const Datum data = read_rows(9);
  const bert::HeadsByLayer gone{{0, {1}}};
  const Outcome whole = model.outcome(*data);
  model.head_mask = mask_without(model.network->config(), gone);
  const Outcome masked = model.outcome(*data);
  model.head_mask = {};
  model.network->prune(gone);
  const Outcome pruned = model.outcome(*data);
  CHECK(masked.outputs[0].scores[0] != whole.outputs[0].scores[0]);
  for (std::size_t i = 0; i < masked.outputs.size(); ++i)
    CHECK(static_cast<double>(pruned.outputs[i].scores[0]) ==
          Approx(static_cast<double>(masked.outputs[i].scores[0])).epsilon(1e-4));
}

// --- explanations
// ------------------------------------------------------------------------------------------------------

TEST_CASE("an explanation stands on the words that people wrote", "[inside]") {
  const FineTuned model = small_model(task_with("classify", {}, {"no", "yes"}), 0);
  const Explanation why = explain(model, {"Yes  no"}, {.label = "yes", .nodes = 20});
  CHECK(why.what == "yes");
  REQUIRE(why.words.size() == 4);  // with [CLS] and [SEP]
  CHECK(why.shown.words[1].text == "Yes");
  CHECK(why.shown.words[2].begin == 5);
  CHECK(why.shown.words[0].is_special());
  double sum = 0;
  for (const WordSaliency& word : why.words) sum += word.integrated;
  CHECK(sum == Approx(why.integrated.sum()));
  CHECK_THROWS_WITH(explain(model, {"yes"}, {.label = "maybe"}),
                    Catch::Matchers::ContainsSubstring("--label: got the label 'maybe'"));
}
