// The heads that stand on an encoder beside PyTorch's modules: tests/golden/heads.py.
#include "bert/heads/group_heads.h"
#include "nn/losses/losses.h"
#include "tests/bert/heads.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using namespace bertlet::bert;
using namespace heads;
using golden::json;

namespace {

Encoded encoded_of(const golden::Parameters& in) {
  Encoded encoded{};
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

HeadOptions sentence_options(const json& from) {
  HeadOptions to{.kind = from.at("head"), .layers = from.value("layers", "last")};
  to.pool = from.value("pool", "");
  to.width = from.value("width", 0);
  if (from.contains("kernels")) to.kernels = from.at("kernels").get<std::vector<int64_t>>();
  return to;
}

HeadOptions token_options(const json& from) {
  return {.kind = from.at("head"), .width = from.at("width"), .crf = from.at("crf")};
}

struct Result {
  Tensor scores, loss;
};

Result run(const json& test, const golden::Parameters& in) {
  const std::string kind = test.at("kind");
  const bert::Batch batch = batch_of(lengths);
  Pass pass;
  if (kind == "sentence") {
    const SentenceHead head = head_of(SentenceHead(config_of_cases(), sentence_options(test.at("options"))), in);
    const Scored scored = head.score(encoded_of(in), batch, pass);
    return {scored.scores, head.loss(scored, batch, {.labels = classes})};
  }
  if (kind == "token") {
    const TokenHead head = head_of(TokenHead(config_of_cases(), token_options(test.at("options"))), in);
    const Scored scored = head.score(encoded_of(in), batch, pass);
    return {scored.scores, head.loss(scored, batch, {.labels = test.at("labels")})};
  }
  const Tensor &u = in.at("u"), &v = in.at("v");
  if (kind == "pair_softmax") {
    const PairClassifier head = head_of(PairClassifier(hidden, 3), in);
    return {head(u, v), cross_entropy(head(u, v), classes)};
  }
  if (kind == "cosine") {
    const Tensor cosines = cosine_similarity(u, v);
    return {cosines, mse(cosines, Array::of({3}, {0.5, -1, 0.25}))};
  }
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
    const TokenHead head = head_of(TokenHead(config_of_cases(), token_options(test.at("options"))), in);
    const bert::Batch batch = batch_of(lengths);
    Pass pass;
    const std::vector<int64_t> labels = test.at("labels");
    CHECK(head.decode(head.score(encoded_of(in), batch, pass), batch, labels) ==
          test.at("best").get<std::vector<int64_t>>());
  }
}
