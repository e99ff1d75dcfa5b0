// What the smallest and the largest that there can be comes to: each has a result, and it is a finite one.
#include "bert/model/padded.h"
#include "core/finite.h"
#include "core/ops.h"
#include "core/require.h"
#include "core/warning.h"
#include "nn/losses/losses.h"
#include "tests/bert/made.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;

namespace {

auto says(const char* text) { return Catch::Matchers::ContainsSubstring(text); }

Config smallest() {
  return parse_config(R"({"vocab_size": 1, "hidden_size": 1, "num_hidden_layers": 1, "num_attention_heads": 1,
    "intermediate_size": 1, "max_position_embeddings": 1, "type_vocab_size": 1})",
                      "config");
}

bool all_finite(const Parameters& parameters) {
  for (const Parameter& each : parameters.list())
    if (each.tensor.grad() && first_not_finite(each.tensor.grad())) return false;
  return true;
}

}  // namespace

TEST_CASE("logits of ± 10000 have a probability, a loss and a gradient", "[bert]") {
  const Tensor logits = Tensor::parameter(Array::of({3, 2}, {1e4, -1e4, 1e4, -1e4, -1e4, -1e4}));
  const Array shares = softmax(logits).value();
  CHECK(std::vector(shares.data(), shares.data() + 6) == std::vector<real>{1, 0, 1, 0, 0.5, 0.5});
  const Tensor losses = cross_entropy(logits, {0, 1, 0}, {.reduction = Reduction::none});
  CHECK(losses.value()[0] == 0);
  CHECK(losses.value()[1] == 20000);
  CHECK(losses.value()[2] == Approx(std::log(2.0)).margin(1e-3));  // beside 10000 a float has no more digits
  backward(sum(losses));
  CHECK(!first_not_finite(logits.grad()));
  const Tensor binary = Tensor::parameter(Array::of({2}, {1e4, -1e4}));
  const Tensor loss = bce_with_logits(binary, Array::of({2}, {0, 1}), {.reduction = Reduction::sum});
  CHECK(loss.item() == 20000);
  backward(loss);
  CHECK(std::vector(binary.grad().data(), binary.grad().data() + 2) == std::vector<real>{1, -1});
}

TEST_CASE("rows without any label have a loss of 0 and a gradient of 0", "[bert]") {
  std::string warning;
  const WarningHandler before = on_warning([&](const std::string& text) { warning = text; });
  const Tensor logits = Tensor::parameter(Array::of({2, 2}, {1, 2, 3, 4}));
  const Tensor loss = cross_entropy(logits, {no_label, no_label});
  CHECK(loss.item() == 0);
  backward(loss);
  CHECK(sum(Tensor(logits.grad())).item() == 0);
  CHECK(!warning.empty());
  on_warning(before);
}

TEST_CASE("one word, one head, one token, one class: a model of ones learns", "[bert]") {
  for (const std::string& name : network_names()) {
    INFO(name);
    if (name == "question-answering" || name == "multiple-choice") continue;
    Config config = smallest();
    config.set_num_labels(1);
    Made made(name.c_str(), config, 1);
    const Batch batch = Batch::of({{.ids = {0}}});
    Pass pass;
    const Scored scored = made.network->score(batch, pass);
    CHECK(!first_not_finite(scored.encoded.last_hidden_state.value()));
    if (!scored.scores) continue;
    CHECK(!first_not_finite(scored.scores.value()));
    backward(sum(scored.scores));
    CHECK(all_finite(made.parameters));
  }
}

TEST_CASE("a sequence without a token is an error where it is alone and nothing beside others", "[bert]") {
  CHECK_THROWS_WITH(Batch::of({{.ids = {}}}), says("got sequences without tokens"));
  CHECK_THROWS_WITH(Batch::of(std::initializer_list<Sequence>{}), says("got no sequences"));
}

TEST_CASE("rows that see nobody have finite states", "[bert]") {
  const Made made("model", small(), 1);
  for (const PadRows rows : {PadRows::pack, PadRows::keep}) {
    const Batch batch = pack(
        {.sequences = 2, .length = 3, .ids = {1, 2, 3, 4, 5, 6}, .mask = Array::of({2, 3}, {1, 1, 1, 0, 0, 0})}, rows);
    Pass pass;
    const Encoded encoded = made.network->encoder()(batch, pass);
    CHECK(!first_not_finite(encoded.last_hidden_state.value()));
  }
}

TEST_CASE("weights whose states overflow are an error, not numbers", "[bert]") {
  Made made("model", small(), 1);
  Tensor weight = made.parameters.find("encoder.layer.1.output.LayerNorm.weight");
  weight.edit()[0] = std::numeric_limits<real>::infinity();
  Pass pass;
  CHECK_THROWS_WITH(made.network->encoder()(Batch::of({{.ids = {1, 2}}}), pass), says("the model's states: number"));
}
