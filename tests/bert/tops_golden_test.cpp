// The heads that stand on an encoder beside PyTorch's modules: tests/golden/heads.py.
#include "bert/heads/pairs.h"
#include "nn/ops/cross_entropy.h"
#include "nn/ops/losses.h"
#include "tests/bert/tops.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace tops;
using golden::json;

namespace {

Encoded encoded_of(const golden::Parameters& in) {
  Encoded encoded;
  for (int64_t i = 0; i <= depth; ++i) encoded.hidden_states.push_back(in.at(fmt::format("hidden_states.{}", i)));
  encoded.last_hidden_state = encoded.hidden_states.back();
  if (in.contains("pooler_output")) encoded.pooler_output = in.at("pooler_output");
  return encoded;
}

// The case's inputs take the place of the head's parameters, by name, and none is left over.
template <class Head>
Head head_of(Head head, const golden::Parameters& in) {
  std::size_t found = 0;
  visit_member("", head, [&](const std::string& name, Tensor& parameter) {
    INFO(name);
    REQUIRE(in.contains(name));
    CHECK(parameter.shape() == in.at(name).shape());
    parameter = in.at(name);
    ++found;
  });
  const bool pooler = in.contains("pooler_output"), states = in.contains("hidden_states.0"), pair = in.contains("u");
  CHECK(found + (pooler ? 1 : 0) + (states ? depth + 1 : 0) + (pair ? 2 : 0) == in.size());
  return head;
}

TopOptions top_options(const json& from) {
  TopOptions to{.head_on_top = from.at("head_on_top"), .layers = from.value("layers", "last")};
  to.pool = from.value("pool", "");
  to.width = from.value("width", 0);
  if (from.contains("kernels")) to.kernels = from.at("kernels").get<std::vector<int64_t>>();
  return to;
}

TokenTopOptions token_options(const json& from) {
  return {.head_on_top = from.at("head_on_top"), .width = from.at("width"), .crf = from.at("crf")};
}

struct Result {
  Tensor scores, loss;
};

Result run(const json& test, const golden::Parameters& in) {
  const std::string kind = test.at("kind");
  const bert::Batch batch = batch_of(lengths);
  Pass pass;
  if (kind == "sentence") {
    const SentenceTop top = head_of(SentenceTop(config_of_cases(), top_options(test.at("options"))), in);
    const Tensor scores = top(batch, encoded_of(in), pass);
    return {scores, cross_entropy(scores, classes)};
  }
  if (kind == "token") {
    const TokenTop top = head_of(TokenTop(config_of_cases(), token_options(test.at("options"))), in);
    const Tensor scores = top(batch, encoded_of(in), pass);
    return {scores, top.loss(scores, batch, test.at("labels"))};
  }
  const Tensor &u = in.at("u"), &v = in.at("v");
  if (kind == "pair_softmax") {
    const PairSoftmax head = head_of(PairSoftmax(hidden, 3), in);
    return {head.logits(u, v), head.loss(u, v, classes)};
  }
  if (kind == "cosine") return {cosine_similarity(u, v), cosine_loss(u, v, Array::of({3}, {0.5, -1, 0.25}))};
  return {ranking_scores(u, v), ranking_loss(u, v)};
}

}  // namespace

TEST_CASE("heads on an encoder give PyTorch's scores, losses and gradients", "[golden]") {
  for (const json& test : golden::cases("heads")) {
    INFO(test.at("kind") << " " << test.at("options"));
    const golden::Parameters in = golden::inputs(test);
    const Result result = run(test, in);
    CHECK(golden::error(result.scores.value(), test.at("scores")) <= golden::tolerance);
    CHECK(result.loss.item() == Approx(test.at("loss").get<double>()).epsilon(golden::tolerance));
    backward(result.loss);
    golden::check_gradients(test, in);
    for (const auto& [name, tensor] : in)
      CHECK(static_cast<bool>(tensor.grad()) == test.at("gradients").contains(name));
  }
}

TEST_CASE("heads for tokens choose the labels that the reference chooses", "[golden]") {
  for (const json& test : golden::cases("heads")) {
    if (test.at("kind") != "token") continue;
    INFO(test.at("options"));
    const golden::Parameters in = golden::inputs(test);
    const TokenTop top = head_of(TokenTop(config_of_cases(), token_options(test.at("options"))), in);
    const bert::Batch batch = batch_of(lengths);
    Pass pass;
    const std::vector<int64_t> labels = test.at("labels");
    CHECK(top.decode(top(batch, encoded_of(in), pass).value(), LabelledRows(batch, labels)) ==
          test.at("best").get<std::vector<int64_t>>());
  }
}
