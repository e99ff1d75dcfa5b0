#include "tests/bert/tops.h"

#include "bert/heads/pairs.h"
#include "core/check/gradcheck.h"
#include "core/ops/shaping.h"
#include "nn/ops/losses.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace tops;

namespace {

// Every head with every pool, and some choices of layers.
std::vector<TopOptions> all_tops() {
  std::vector<TopOptions> all;
  for (const std::string& name : top_names())
    for (const std::string& pool : pools_of_top(name))
      all.push_back({.head_on_top = name, .pool = pool, .width = 3, .kernels = {2, 3}});
  for (const std::string& name : top_names()) {
    const std::string pool = name == "linear" || name == "mlp" ? "mean" : "";
    for (const char* layers : {"0", "1", "mixed"})
      all.push_back({.head_on_top = name, .layers = layers, .pool = pool, .width = 3, .kernels = {2, 3}});
  }
  return all;
}

std::vector<TokenTopOptions> all_token_tops() {
  std::vector<TokenTopOptions> all;
  for (const std::string& name : token_top_names())
    for (const char* layers : {"last", "mixed"})
      for (const bool crf : {false, true})
        all.push_back({.head_on_top = name, .layers = layers, .width = 3, .crf = crf});
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
  for (const TopOptions& options : all_tops()) {
    INFO(options.head_on_top << ", " << options.pool << ", " << options.layers);
    check_gradient(SentenceTop(config_of_cases(), options), [&](const SentenceTop& top, const Encoded& encoded) {
      Pass pass;
      return top(batch, encoded, pass);
    });
  }
  for (const TokenTopOptions& options : all_token_tops()) {
    INFO(options.head_on_top << ", " << options.layers << (options.crf ? ", random field" : ""));
    check_gradient(TokenTop(config_of_cases(), options), [&](const TokenTop& top, const Encoded& encoded) {
      Pass pass;
      return top.loss(top(batch, encoded, pass), batch, {-100, 2, 0, -100, 1, -100, 1, 2, 0});
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
      own.emplace_back(states[static_cast<std::size_t>(s)].rows(together.spans.begin(i), together.spans.end(i)));
    own.emplace_back(states.back().rows(i, i + 1));
    return encoded_from(own);
  };
  const auto check_same = [](const Array& part, const Array& whole) {
    REQUIRE(part.size() == whole.size());
    for (int64_t k = 0; k < part.size(); ++k) CHECK(part[k] == Approx(whole[k]).margin(1e-5));
  };
  Pass pass;
  for (const TopOptions& options : all_tops()) {
    INFO(options.head_on_top << ", " << options.pool << ", " << options.layers);
    SentenceTop top(config_of_cases(), options);
    fill(top);
    const Array scores = top(together, encoded_from(all), pass).value();
    for (int64_t i = 0; i < 3; ++i) {
      const bert::Batch one = batch_of({lengths[static_cast<std::size_t>(i)]});
      check_same(top(one, alone(i), pass).value(), scores.rows(i, i + 1));
    }
  }
  for (const TokenTopOptions& options : all_token_tops()) {
    TokenTop top(config_of_cases(), options);
    fill(top);
    const Array scores = top(together, encoded_from(all), pass).value();
    for (int64_t i = 0; i < 3; ++i) {
      const bert::Batch one = batch_of({lengths[static_cast<std::size_t>(i)]});
      check_same(top(one, alone(i), pass).value(), scores.rows(together.spans.begin(i), together.spans.end(i)));
    }
  }
}

TEST_CASE("a head says which hidden states and whether a pooler it wants") {
  const Config config = config_of_cases();
  CHECK_FALSE(SentenceTop(config, {}).wants_hidden_states());
  CHECK(SentenceTop(config, {.pool = "first-last"}).wants_hidden_states());
  CHECK(SentenceTop(config, {.head_on_top = "lstm", .layers = "mixed"}).wants_hidden_states());
  CHECK(wants_pooler({}));
  CHECK_FALSE(wants_pooler({.pool = "mean"}));
  CHECK_FALSE(wants_pooler({.head_on_top = "cnn"}));
}

TEST_CASE("what no head can do is refused with its reason") {
  using Catch::Matchers::ContainsSubstring;
  const Config config = config_of_cases();
  CHECK_THROWS_WITH(SentenceTop(config, {.head_on_top = "forest"}), ContainsSubstring("head on top: got 'forest'"));
  CHECK_THROWS_WITH(SentenceTop(config, {.head_on_top = "cnn", .pool = "mean"}), ContainsSubstring("got pool 'mean'"));
  CHECK_THROWS_WITH(SentenceTop(config, {.layers = "3", .pool = "mean"}), ContainsSubstring("from 0 to 2"));
  CHECK_THROWS_WITH(SentenceTop(config, {.layers = "mixed"}), ContainsSubstring("chooses its own"));
  CHECK_THROWS_WITH(SentenceTop(config, {.head_on_top = "cnn", .kernels = {}}), ContainsSubstring("got no kernels"));
  CHECK_THROWS_WITH(TokenTop(config, {.head_on_top = "cnn"}), ContainsSubstring("head for tokens: got 'cnn'"));
}

TEST_CASE("of a sequence without labels a random field learns nothing") {
  const bert::Batch batch = batch_of({2, 3});
  const LabelledRows labelled(batch, std::vector<int64_t>{-100, -100, 1, -100, 2});
  CHECK(labelled.rows == std::vector<int64_t>{2, 4});
  CHECK(labelled.spans == Spans{0, 2});
}

TEST_CASE("a pair of equal texts has a gradient") {
  const Tensor u = Tensor::parameter(Array::zeros({2, 3})), v = Tensor::parameter(Array::filled({2, 3}, 1));
  backward(ranking_loss(u, v));
  for (int64_t i = 0; i < 6; ++i) CHECK(std::isfinite(u.grad()[i]));
}
