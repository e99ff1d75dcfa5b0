#include "bert/model/batch.h"

#include "bert/heads/word_head.h"
#include "bert/model/padded.h"
#include "core/memory.h"
#include "core/require.h"
#include "core/warning.h"
#include "tests/bert/reference.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;

namespace {

Config small() {
  Config config = named_config("tiny");
  config.vocab_size = 30;
  config.hidden_size = config.intermediate_size = 16;
  return config;
}

Array mask_of(const Shape& shape, std::initializer_list<real> numbers) { return Array::of(shape, numbers); }

template <class Head>
Parameters filled(Head& head) {
  Parameters parameters = parameters_of(head);
  reference::fill(parameters);
  return parameters;
}

bool same_rows(const Array& a, const Array& b) { return a.values() == b.values(); }

const std::vector<int64_t> ids{2, 5, 6, 7, 3, 2, 8, 3, 0, 0};  // [2, 5]
const std::vector<Sequence> two{{{2, 5, 6, 7, 3}}, {{2, 8, 3, 0, 0}}};

}  // namespace

TEST_CASE("pads at the end are no rows, those before a token are hidden ones", "[batch]") {
  const Batch batch =
      pack({.sequences = 2, .length = 5, .ids = ids, .mask = mask_of({2, 5}, {1, 0, 1, 1, 0, 0, 1, 1, 0, 0})});
  CHECK(batch.spans == Spans{4, 3});
  CHECK(batch.ids == std::vector<int64_t>{2, 5, 6, 7, 2, 8, 3});
  CHECK(batch.positions == std::vector<int64_t>{0, 1, 2, 3, 0, 1, 2});
  CHECK(batch.mask.keys.values() == std::vector<real>{1, 0, 1, 1, 0, 1, 1});
  CHECK(pack_labels(batch, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5) == std::vector<int64_t>{1, -100, 3, 4, -100, 7, 8});
  CHECK(unpack(batch, Array::of({7}, {1, 2, 3, 4, 5, 6, 7}), 5).values() ==
        std::vector<real>{1, 0, 3, 4, 0, 0, 6, 7, 0, 0});
}

TEST_CASE("kept pads are rows that no row looks at", "[batch]") {
  const Batch batch =
      pack({.sequences = 2, .length = 5, .ids = ids, .mask = mask_of({2, 5}, {1, 1, 1, 1, 1, 1, 1, 1, 0, 0})},
           PadRows::keep);
  CHECK(batch.spans == Spans{5, 5});
  CHECK(batch.mask.keys.values() == std::vector<real>{1, 1, 1, 1, 1, 1, 1, 1, 0, 0});
  for (int64_t row = 0; row < 10; ++row) CHECK(batch.counts(row));
}

TEST_CASE("a batch of sequences is the batch of their rectangle", "[batch]") {
  const Batch batch = Batch::of({{{2, 5, 6, 3}, {0, 0, 1, 1}}, {{2, 3}}});
  const Batch packed = pack({.sequences = 2,
                             .length = 4,
                             .ids = {2, 5, 6, 3, 2, 3, 0, 0},
                             .token_types = {0, 0, 1, 1, 0, 0, 0, 0},
                             .mask = mask_of({2, 4}, {1, 1, 1, 1, 1, 1, 0, 0})});
  CHECK(batch.ids == packed.ids);
  CHECK(batch.token_types == packed.token_types);
  CHECK(batch.positions == packed.positions);
  CHECK(batch.spans == packed.spans);
  CHECK_FALSE(packed.mask.keys);
  CHECK_THROWS_WITH(Batch::of({{{2, 3}, {0}}}), "batch: got 1 types for 2 ids");
  CHECK_THROWS_WITH(Batch::of(std::initializer_list<Sequence>{{}}), "batch: got sequences without tokens, want some");
}

TEST_CASE("what does not fit is refused by name", "[batch]") {
  CHECK_THROWS_WITH(pack({.sequences = 2, .length = 5}), "batch: got neither, want either ids or embeddings");
  CHECK_THROWS_WITH(pack({.sequences = 2, .length = 4, .ids = ids}), "batch: got 10 ids, want 8");
  CHECK_THROWS_WITH(pack({.sequences = 2, .length = 5, .ids = ids, .mask = Array::filled({5}, 1)}),
                    "batch: got a mask [5], want [2, 5] or [2, 5, 5]");
  CHECK_THROWS_WITH(pack({.sequences = 2, .length = 5, .ids = ids, .mask = Array::filled({2, 5}, 0)}),
                    "batch: got a mask that hides every token");
  Model model(small());
  Pass pass;
  CHECK_THROWS_WITH(model(pack({.sequences = 1, .length = 1, .ids = {30}}), pass),
                    "input_ids: id 0 is 30, want 0 … 29");
}

TEST_CASE("a sequence gives the same bits alone and padded beside a longer one", "[batch]") {
  Model model(small());
  filled(model);
  Pass pass;
  const Batch both =
      pack({.sequences = 2, .length = 5, .ids = ids, .mask = mask_of({2, 5}, {1, 1, 1, 1, 1, 1, 1, 1, 0, 0})});
  const Encoded together = model(both, pass);
  const Encoded alone = model(Batch::of({{{2, 8, 3}}}), pass);
  CHECK(same_rows(together.last_hidden_state.value().rows(5, 8), alone.last_hidden_state.value()));
  CHECK(same_rows(together.pooler_output.value().rows(1, 2), alone.pooler_output.value()));
}

TEST_CASE("a sequence that is all pads has no row and a pooled row of its bias", "[batch]") {
  Model model(small());
  filled(model);
  Pass pass;
  const Batch batch =
      pack({.sequences = 2, .length = 5, .ids = ids, .mask = mask_of({2, 5}, {1, 1, 1, 1, 1, 0, 0, 0, 0, 0})});
  CHECK(batch.spans == Spans{5, 0});
  const Encoded encoded = model(batch, pass, {.attentions = true});
  CHECK(encoded.pooler_output.shape() == Shape{2, 16});
  const Array attention = unpack_attentions(batch, encoded.attentions[0], 5, 5);
  CHECK(attention.shape() == Shape{2, 2, 5, 5});
  CHECK(attention[attention.size() - 1] == 0);
}

TEST_CASE("chunks of the feed-forward change no number", "[batch]") {
  Config config = small();
  Model whole(config);
  config.chunk_size_feed_forward = 3;
  Model chunks(config);
  filled(whole);
  filled(chunks);
  Pass pass;
  const Batch batch = Batch::of(two);
  CHECK(same_rows(whole(batch, pass).last_hidden_state.value(), chunks(batch, pass).last_hidden_state.value()));
}

TEST_CASE("with checkpoints training takes less memory and gives the same gradients", "[batch]") {
  Config config = small();
  config.num_hidden_layers = 6;
  config.is_decoder = config.add_cross_attention = true;
  const Batch batch = Batch::of(two);
  const auto run = [&](bool recompute, int64_t& memory) {
    CausalLM model(config);
    const Parameters parameters = filled(model);
    const Tensor states = Tensor::parameter(reference::hashed("states", {7, 16}));
    const Tensor head_mask = Tensor::parameter(reference::hashed("head mask", {6, 2}));
    const EncoderStates encoder{states, {3, 4}};
    Pass pass{.training = true, .rng = {.seed = 1}};
    const MemoryMark mark;
    Encoded encoded =
        model.bert(batch, pass, {.head_mask = head_mask, .encoder_states = &encoder, .recompute = recompute});
    memory = mark.live();
    backward(model.loss(model.head.score(std::move(encoded), batch, pass), batch, {.labels = ids}));
    std::vector<std::vector<real>> grads{states.grad().values(), head_mask.grad().values()};
    for (const Parameter& p : parameters.list()) grads.push_back(p.tensor.grad().values());
    return grads;
  };
  int64_t plain = 0, less = 0;
  const auto want = run(false, plain), got = run(true, less);
  CHECK(std::equal(want.begin() + 1, want.end(), got.begin() + 1));
  for (std::size_t i = 0; i < want[0].size(); ++i)  // a layer's share of this one is added up by itself first
    CHECK(got[0][i] == Approx(want[0][i]).epsilon(1e-4).margin(1e-6));
  CHECK(less < plain / 3);
}

TEST_CASE("a batch without a single label has loss 0, a warning, and no gradient but zeros", "[batch]") {
  int warnings = 0;
  const WarningHandler before = on_warning([&](const std::string& text) {
    CHECK(text == "cross_entropy: no row has a label that counts, so the loss is 0 and changes nothing");
    ++warnings;
  });
  MaskedLM model(small());
  const Parameters parameters = filled(model);
  Pass pass;
  const Batch batch = Batch::of(two);
  const Wanted nothing{.labels = std::vector<int64_t>(10, -100), .starts = {5, 9}, .ends = {7, 5}};
  const Tensor loss = model.loss(model.score(batch, pass, {}, model.rows_of(batch, nothing)), batch, nothing);
  CHECK(loss.item() == 0);
  backward(loss);
  for (const Parameter& p : parameters.list())
    for (const real x : p.tensor.grad().values()) CHECK(x == 0);

  const std::unique_ptr<Network> answers = make_network("question-answering", small());
  reference::fill(answers->parameters());
  CHECK(answers->loss(answers->score(batch, pass), batch, nothing).item() == 0);
  CHECK(warnings == 3);  // the words, the starts and the ends
  on_warning(before);
}

TEST_CASE("the word embeddings are also the decoder, and their gradient comes from both ends", "[batch]") {
  const Batch batch = Batch::of(two);
  std::vector<int64_t> labels(10, -100);
  labels[2] = 7;
  Config config = small();
  const auto run = [&](bool tied, const char* name) {
    config.tie_word_embeddings = tied;
    MaskedLM model(config);
    Parameters parameters = filled(model);
    Array decoder = model.head.predictions.decoder.edit();
    const Array words = model.bert.embeddings.word_embeddings.weight.value();
    std::copy_n(words.data(), words.size(), decoder.data());
    Pass pass;
    backward(model.loss(model.score(batch, pass), batch, {.labels = labels}));
    return parameters.find(name).grad();
  };
  const char* words = "bert.embeddings.word_embeddings.weight";
  const Array both = run(true, words), looked_up = run(false, words),
              decoded = run(false, "cls.predictions.decoder.weight");
  for (int64_t i = 0; i < both.size(); ++i)
    CHECK(both[i] == Approx(looked_up[i] + decoded[i]).epsilon(1e-4).margin(1e-6));
}

TEST_CASE("every parameter gets a gradient", "[batch]") {
  PreTraining model(small());
  const Parameters parameters = filled(model);
  Pass pass;
  const Batch batch = Batch::of(two);
  backward(model.loss(model.score(batch, pass), batch, {.labels = ids, .next = {0, 1}}));
  for (const Parameter& p : parameters.list()) {
    INFO(p.name);
    const std::vector<real> gradient = p.tensor.grad().values();
    CHECK(std::ranges::count(gradient, real{0}) < std::ssize(gradient));
  }
}

TEST_CASE("rows that are all alike look at each other alike: ones [2, 5, 768]", "[batch]") {
  Config config = named_config("base");
  Attention attention(config, Relative::none, config.all_heads());
  filled(attention);
  const Tensor x = Array::filled({10, 768}, 1);
  Pass pass;
  const Attended seen = attention(x, {5, 5}, x, {5, 5}, pass, {}, Probabilities::keep);
  CHECK(seen.y.shape() == Shape{10, 768});
  for (const Array& sequence : seen.probabilities) {
    CHECK(sequence.shape() == Shape{12, 5, 5});
    for (const real p : sequence.values()) CHECK(p == Approx(0.2));
  }
  const MultiHeadAttention& look = attention.attend;  // the average of equal values is one of them
  const Array want = attention.norm(look.output(look.value(x)), x, attention.dropout, pass).value();
  for (int64_t i = 0; i < want.size(); ++i)
    CHECK(seen.y.value()[i] == Approx(want[i % 768]).epsilon(1e-4).margin(1e-4));
}

TEST_CASE("frozen layers get no gradient, the others do", "[batch]") {
  Config config = small();
  const std::unique_ptr<Network> network = sentence_network(config);
  Parameters& parameters = network->parameters();
  reference::fill(parameters);
  CHECK(freeze_layers(parameters, 1) == 5 + 16);
  Pass pass;
  const Batch batch = Batch::of(two);
  backward(network->loss(network->score(batch, pass), batch, {.labels = {0, 1}}));
  for (const Parameter& p : parameters.list()) {
    INFO(p.name);
    const bool frozen = p.name.find("embeddings") != std::string::npos || p.name.find("layer.0") != std::string::npos;
    CHECK(static_cast<bool>(p.tensor.grad()) == !frozen);
  }
}

TEST_CASE("first values are the config's: weights drawn, biases 0, norms 1, the pad's embedding 0", "[batch]") {
  Config config = small();
  config.initializer = Initializer::truncated_normal;
  PreTraining model(config);
  Parameters parameters = parameters_of(model);
  initialise(parameters, config, 7);
  for (const Parameter& p : parameters.list()) {
    INFO(p.name);
    const std::vector<real> values = p.tensor.value().values();
    const real largest = *std::ranges::max_element(values), least = *std::ranges::min_element(values);
    if (p.name.ends_with("LayerNorm.weight"))
      CHECK((least == 1 && largest == 1));
    else if (p.name.ends_with("bias"))
      CHECK((least == 0 && largest == 0));
    else
      CHECK((real(-0.0401) < least && least < real(-0.01) && real(0.01) < largest && largest < real(0.0401)));
  }
  const Array pad = parameters.find("bert.embeddings.word_embeddings.weight").value().rows(0, 1);
  CHECK(pad.values() == std::vector<real>(16, 0));
}

TEST_CASE("training with dropout draws other numbers at other steps, and the same at the same", "[batch]") {
  Model model(small());
  filled(model);
  const Batch batch = Batch::of(two);
  const auto run = [&](std::uint64_t step) {
    Pass pass{.training = true, .rng = {.seed = 1, .step = step}};
    return model(batch, pass).pooler_output.value().values();
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}
