#include "tests/bert/heads.h"

#include "bert/heads/group_heads.h"
#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "nn/losses/losses.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace heads;

namespace {

// Every head with every pool, and some choices of layers.
std::vector<HeadOptions> all_sentence_heads() {
  std::vector<HeadOptions> all;
  for (const std::string& name : sentence_kinds())
    for (const std::string& pool : pools_of(name))
      all.push_back({.kind = name, .pool = pool, .width = 3, .kernels = {2, 3}});
  for (const std::string& name : sentence_kinds()) {
    const std::string pool = name == "linear" || name == "mlp" ? "mean" : "";
    for (const char* layers : {"0", "1", "mixed"})
      all.push_back({.kind = name, .layers = layers, .pool = pool, .width = 3, .kernels = {2, 3}});
  }
  return all;
}

std::vector<HeadOptions> all_token_heads() {
  std::vector<HeadOptions> all;
  for (const std::string& name : token_kinds())
    for (const char* layers : {"last", "mixed"})
      for (const bool crf : {false, true}) all.push_back({.kind = name, .layers = layers, .width = 3, .crf = crf});
  return all;
}

Array drawn(std::uint32_t site, const Shape& shape) { return normal({.seed = 3, .site = site}, shape); }

// What the encoder would give: the embeddings' states, each layer's, and the pooler's output.
std::vector<Array> drawn_states(int64_t rows, int64_t sequences) {
  std::vector<Array> states;
  for (int64_t i = 0; i <= depth; ++i) states.push_back(drawn(static_cast<std::uint32_t>(i), {rows, hidden}));
  states.push_back(drawn(99, {sequences, hidden}));
  return states;
}

Encoded encoded_from(const std::vector<Tensor>& x) {
  Encoded encoded{.last_hidden_state = x[depth], .pooler_output = x[depth + 1]};
  encoded.hidden_states.assign(x.begin(), x.begin() + depth + 1);
  return encoded;
}

template <class Head>
void fill(Head& head) {
  std::uint32_t site = 1000;
  visit_member("", head, [&](const std::string&, Tensor& parameter) {
    parameter = Tensor::parameter(drawn(++site, parameter.shape()));
  });
}

// All arrays one behind another.
Array joined(const std::vector<Array>& parts) {
  std::vector<real> numbers;
  for (const Array& part : parts) numbers.insert(numbers.end(), part.data(), part.data() + part.size());
  return Array::of({std::ssize(numbers)}, numbers);
}

std::vector<Tensor> taken_apart(const Tensor& all, const std::vector<Array>& like) {
  std::vector<Tensor> parts;
  for (int64_t begin = 0; const Array& each : like) {
    parts.push_back(reshape(slice(all, 0, begin, begin + each.size()), each.shape()));
    begin += each.size();
  }
  return parts;
}

// The gradient of everything: what the encoder gave, and the head's parameters. They are one input of the check, which
// would try all their subsets.
template <class Head, class Score>
void check_gradient(const Head& made, const Score& score) {
  Head head = made;
  fill(head);
  std::vector<Array> inputs = drawn_states(9, 3);
  const std::size_t from_encoder = inputs.size();
  visit_member("", head, [&](const std::string&, Tensor& parameter) { inputs.push_back(parameter.value()); });
  const auto f = [&](const std::vector<Tensor>& x) {
    const std::vector<Tensor> parts = taken_apart(x[0], inputs);
    std::size_t next = from_encoder;
    visit_member("", head, [&](const std::string&, Tensor& parameter) { parameter = parts[next++]; });
    return score(head, encoded_from(parts));
  };
  const GradcheckReport report = gradcheck(f, {joined(inputs)});
  INFO(report.text());
  CHECK(report.passed);
  CHECK(report.derivatives > 0);
}

}  // namespace

TEST_CASE("the gradients of heads are what differences say", "[gradients]") {
  if constexpr (sizeof(real) < 8) return;
  const bert::Batch batch = batch_of(lengths);
  for (const HeadOptions& options : all_sentence_heads()) {
    INFO(options.kind << ", " << options.pool << ", " << options.layers);
    check_gradient(SentenceHead(config_of_cases(), options), [&](const SentenceHead& head, const Encoded& encoded) {
      Pass pass;
      return head.score(encoded, batch, pass).scores;
    });
  }
  for (const HeadOptions& options : all_token_heads()) {
    INFO(options.kind << ", " << options.layers << (options.crf ? ", random field" : ""));
    check_gradient(TokenHead(config_of_cases(), options), [&](const TokenHead& head, const Encoded& encoded) {
      Pass pass;
      return head.loss(head.score(encoded, batch, pass), batch, {.labels = {-100, 2, 0, -100, 1, -100, 1, 2, 0}});
    });
  }
}

TEST_CASE("a head gives a sequence the same scores in a batch and alone") {
  const bert::Batch together = batch_of(lengths);
  const std::vector<Array> states = drawn_states(9, 3);
  const std::vector<Tensor> all(states.begin(), states.end());
  const auto alone = [&](int64_t i) {
    std::vector<Tensor> own;
    for (int64_t s = 0; s <= depth; ++s)
      own.emplace_back(states[to_size(s)].rows(together.spans.begin(i), together.spans.end(i)));
    own.emplace_back(states.back().rows(i, i + 1));
    return encoded_from(own);
  };
  const auto check_same = [](const Array& part, const Array& whole) {
    REQUIRE(part.size() == whole.size());
    for (int64_t k = 0; k < part.size(); ++k) CHECK(part[k] == Approx(whole[k]).margin(1e-5));
  };
  Pass pass;
  for (const HeadOptions& options : all_sentence_heads()) {
    INFO(options.kind << ", " << options.pool << ", " << options.layers);
    SentenceHead head(config_of_cases(), options);
    fill(head);
    const Array scores = head.score(encoded_from(all), together, pass).scores.value();
    for (int64_t i = 0; i < 3; ++i) {
      const bert::Batch one = batch_of({lengths[to_size(i)]});
      check_same(head.score(alone(i), one, pass).scores.value(), scores.rows(i, i + 1));
    }
  }
  for (const HeadOptions& options : all_token_heads()) {
    TokenHead head(config_of_cases(), options);
    fill(head);
    const Array scores = head.score(encoded_from(all), together, pass).scores.value();
    for (int64_t i = 0; i < 3; ++i) {
      const bert::Batch one = batch_of({lengths[to_size(i)]});
      check_same(head.score(alone(i), one, pass).scores.value(),
                 scores.rows(together.spans.begin(i), together.spans.end(i)));
    }
  }
}

TEST_CASE("a head says which hidden states and whether a pooler it wants") {
  const Config config = config_of_cases();
  CHECK_FALSE(SentenceHead(config, {}).wants_hidden_states());
  CHECK(SentenceHead(config, {.pool = "first-last"}).wants_hidden_states());
  CHECK(SentenceHead(config, {.kind = "lstm", .layers = "mixed"}).wants_hidden_states());
  CHECK(wants_pooler({}));
  CHECK_FALSE(wants_pooler({.pool = "mean"}));
  CHECK_FALSE(wants_pooler({.kind = "cnn"}));
}

TEST_CASE("what no head can do is refused with its reason") {
  using Catch::Matchers::ContainsSubstring;
  const Config config = config_of_cases();
  CHECK_THROWS_WITH(SentenceHead(config, {.kind = "forest"}), ContainsSubstring("head: got 'forest'"));
  CHECK_THROWS_WITH(SentenceHead(config, {.kind = "cnn", .pool = "mean"}), ContainsSubstring("got pool 'mean'"));
  CHECK_THROWS_WITH(SentenceHead(config, {.layers = "3", .pool = "mean"}), ContainsSubstring("from 0 to 2"));
  CHECK_THROWS_WITH(SentenceHead(config, {.layers = "mixed"}), ContainsSubstring("chooses its own"));
  CHECK_THROWS_WITH(SentenceHead(config, {.kind = "cnn", .kernels = {}}), ContainsSubstring("got no kernels"));
  CHECK_THROWS_WITH(TokenHead(config, {.kind = "cnn"}), ContainsSubstring("head for tokens: got 'cnn'"));
}

TEST_CASE("of a sequence without labels a random field learns nothing") {
  const bert::Batch batch = batch_of({2, 3});
  const LabelledRows labelled({-100, -100, 1, -100, 2});
  CHECK(labelled.rows == std::vector<int64_t>{2, 4});
  CHECK(labelled.labels == std::vector<int64_t>{1, 2});
  CHECK(batch.spans.of(labelled.rows) == Spans{0, 2});
}

TEST_CASE("a pair of equal texts has a gradient") {
  const Tensor u = Tensor::parameter(Array::zeros({2, 3})), v = Tensor::parameter(Array::filled({2, 3}, 1));
  backward(ranking_loss(u, v));
  for (int64_t i = 0; i < 6; ++i) CHECK(std::isfinite(u.grad()[i]));
}

TEST_CASE("a language model scores the rows it is asked for, and its loss needs no others") {
  const bert::Batch batch = bert::Batch::of({{{1, 5, 2}}, {{1, 6, 7, 2}}});
  const Wanted masked{.labels = {-100, 5, -100, -100, -100, 7, -100}}, all{.labels = batch.ids};
  Pass pass;
  for (const char* name : {"masked-lm", "causal-lm", "pretraining"}) {
    INFO(name);
    const auto network = make_network(name, config_of_cases());
    initialise(*network, 1);
    Wanted wanted = masked;
    wanted.next = {0, 1};
    const bool causal = std::string(name) == "causal-lm";
    const std::vector<int64_t> rows = network->rows_of(batch, wanted);
    CHECK(rows == (causal ? std::vector<int64_t>{0, 4} : std::vector<int64_t>{1, 5}));
    if (causal) CHECK(network->rows_of(batch, all) == std::vector<int64_t>{0, 1, 3, 4, 5});
    const Scored some = network->score(batch, pass, {}, rows);
    CHECK(some.scores.shape() == Shape{2, 10});
    CHECK(network->loss(some, batch, wanted).item() ==
          Approx(network->loss(network->score(batch, pass), batch, wanted).item()));
    CHECK_FALSE(network->has_loss({}));
  }
}

TEST_CASE("heads bring the first values that suit them") {
  Config config = config_of_cases();
  const auto values = [&](Network& network, const char* name) {
    initialise(network, 1);
    return network.parameters().find(name).value().values();
  };
  const auto most = [](const std::vector<real>& numbers) {
    return std::ranges::max(numbers, {}, [](real x) { return std::abs(x); });
  };
  const auto reader = sentence_network(config, {.kind = "lstm", .layers = "mixed"});
  CHECK(std::abs(most(values(*reader, "recurrent.weight_hh_l0"))) > real(0.2));  // orthogonal
  CHECK(most(values(*reader, "recurrent.bias_ih_l0_reverse")) == 0);
  CHECK(most(values(*reader, "mix.weights")) == 0);
  CHECK(std::abs(most(values(*reader, "classifier.weight"))) < real(0.1));
  CHECK(std::abs(most(values(*sentence_network(config, {.kind = "cnn"}), "convolutions.0.weight"))) > real(0.3));
  const real transition = std::abs(most(values(*token_network(config, {.crf = true}), "crf.transitions")));
  CHECK((real(0.03) < transition && transition <= real(0.1)));
}
