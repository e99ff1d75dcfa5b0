#include "bert/model/cache.h"

#include "bert/heads/word_head.h"
#include "bert/model/padded.h"
#include "bert/model/prune.h"
#include "core/random.h"
#include "core/require.h"
#include "nn/init.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;

namespace {

constexpr double tolerance = sizeof(real) == 8 ? 1e-12 : 1e-5;

// Numbers that only the seed decides.
struct Dice {
  std::uint64_t seed;
  std::uint32_t site = 100;

  std::vector<int64_t> many(int64_t n, int64_t below) { return integers({.seed = seed, .site = site++}, n, below); }
  int64_t below(int64_t n) { return many(1, n)[0]; }
};

Config drawn_config(Dice& dice) {
  Config config = named_config("tiny");
  config.vocab_size = 20 + dice.below(30);
  config.num_attention_heads = 1 + dice.below(4);
  config.hidden_size = config.num_attention_heads * (2 + 2 * dice.below(4));
  config.num_hidden_layers = 1 + dice.below(3);
  config.intermediate_size = 5 + dice.below(20);
  config.max_position_embeddings = 24;
  config.position_embedding_type = static_cast<Relative>(dice.below(3));
  config.is_decoder = true;
  config.add_cross_attention = dice.below(2) == 1;
  return config;
}

CausalLM drawn_model(const Config& config, std::uint64_t seed) {
  CausalLM model(config);
  Parameters parameters = parameters_of(model);
  bertlet::initialise(parameters, seed, {{"*LayerNorm.weight", normal_init(1)}, {"*", normal_init(real(0.3))}});
  if (config.num_attention_heads > 1 && seed % 3 == 0) prune_heads(model.bert, {{0, {0}}});
  return model;
}

// 0 in front, behind, or neither, of each of `sequences` rows of `length`.
Array drawn_mask(Dice& dice, int64_t sequences, int64_t length, bool in_front) {
  Array mask = Array::filled({sequences, length}, 1);
  for (int64_t b = 0; b < sequences; ++b)
    for (int64_t t = 0, pads = dice.below(length); t < pads; ++t)
      mask[b * length + (in_front ? t : length - 1 - t)] = 0;
  return mask;
}

Array columns(const Array& of, int64_t begin, int64_t end) {  // of [B, T]
  Array some({of.shape()[0], end - begin});
  for (int64_t i = 0; i < some.size(); ++i) some[i] = of[i / (end - begin) * of.shape()[1] + begin + i % (end - begin)];
  return some;
}

std::vector<int64_t> columns(const std::vector<int64_t>& of, int64_t length, int64_t begin, int64_t end) {
  std::vector<int64_t> some;
  for (std::size_t i = 0; i < of.size(); ++i)
    if (const int64_t t = static_cast<int64_t>(i) % length; begin <= t && t < end) some.push_back(of[i]);
  return some;
}

double difference(const Array& a, const Array& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double off = std::abs(static_cast<double>(a[i] - b[i]));
    most = off <= most ? most : off;
  }
  return most;
}

std::optional<EncoderStates> drawn_memory(Dice& dice, const Config& config, const Batch& batch) {
  if (!config.add_cross_attention) return {};
  const int64_t length = 1 + dice.below(5), sequences = batch.sequences();
  const Array states = normal({.seed = dice.seed, .site = 1}, {sequences, length, config.hidden_size});
  return pack_encoder_states(batch, states, drawn_mask(dice, sequences, length, false));
}

const EncoderStates* given(const std::optional<EncoderStates>& memory) { return memory ? &*memory : nullptr; }

}  // namespace

TEST_CASE("logits through a cache are those of all rows at once, in whatever steps", "[cache]") {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    INFO("seed " << seed);
    Dice dice{seed};
    const Config config = drawn_config(dice);
    const CausalLM model = drawn_model(config, seed);
    const int64_t sequences = 1 + dice.below(3), length = 2 + dice.below(10);
    const std::vector<int64_t> ids = dice.many(sequences * length, config.vocab_size);
    const Array mask = drawn_mask(dice, sequences, length, true);
    const PadRows pads = seed % 2 == 0 ? PadRows::keep : PadRows::pack;
    const Batch all = pack({.sequences = sequences, .length = length, .ids = ids, .mask = mask}, pads);
    const std::optional<EncoderStates> memory = drawn_memory(dice, config, all);
    Pass pass;
    const Array want = unpack(all, model.score(all, pass, {.encoder_states = given(memory)}).scores.value(), length);

    Cache cache;
    for (int64_t begin = 0, end = 0; begin < length; begin = end) {
      end = std::min(length, begin + 1 + dice.below(4));
      const Batch some = pack({.sequences = sequences,
                               .length = end - begin,
                               .ids = columns(ids, length, begin, end),
                               .mask = columns(mask, begin, end)},
                              PadRows::keep);
      const EncoderOptions options{.encoder_states = given(memory), .cache = &cache};
      const Array got = unpack(some, model.score(some, pass, options).scores.value(), end - begin);
      for (int64_t b = 0; b < sequences; ++b)
        for (int64_t t = begin; t < end; ++t)
          if (mask[b * length + t] != 0)
            CHECK(difference(got.rows(b, b + 1).shaped({end - begin, config.vocab_size}).rows(t - begin, t - begin + 1),
                             want.rows(b, b + 1).shaped({length, config.vocab_size}).rows(t, t + 1)) <= tolerance);
    }
  }
}

TEST_CASE("sequences of a cache have lengths of their own, change places and are forgotten", "[cache]") {
  Dice dice{5};
  Config config = drawn_config(dice);
  config.add_cross_attention = true;
  const CausalLM model = drawn_model(config, 5);
  Pass pass;
  const Batch prompts = pack({.sequences = 2,
                              .length = 4,
                              .ids = {3, 4, 5, 6, 7, 8, 0, 0},
                              .mask = Array::of({2, 4}, {1, 1, 1, 1, 1, 1, 0, 0})});
  const EncoderStates memory = pack_encoder_states(prompts, normal({.seed = 8}, {2, 3, config.hidden_size}),
                                                   Array::of({2, 3}, {1, 1, 1, 1, 1, 0}));
  Cache cache;
  model.bert(prompts, pass, {.encoder_states = &memory, .cache = &cache});
  cache.select(std::vector<int64_t>{1, 0, 1});
  const Batch next = pack({.sequences = 3, .length = 2, .ids = {9, 10, 11, 12, 13, 14}});
  const Array got = model.bert(next, pass, {.cache = &cache}).last_hidden_state.value();

  const auto alone = [&](const std::vector<int64_t>& ids, int64_t from) {
    const Batch batch = pack({.sequences = 1, .length = std::ssize(ids), .ids = ids});
    const EncoderStates one = select(memory, std::vector<int64_t>{from});
    return model.bert(batch, pass, {.encoder_states = &one}).last_hidden_state.value();
  };
  CHECK(difference(got.rows(0, 2), alone({7, 8, 9, 10}, 1).rows(2, 4)) <= tolerance);
  CHECK(difference(got.rows(2, 4), alone({3, 4, 5, 6, 11, 12}, 0).rows(4, 6)) <= tolerance);
  CHECK(difference(got.rows(4, 6), alone({7, 8, 13, 14}, 1).rows(2, 4)) <= tolerance);
}

TEST_CASE("an encoder's states must fit the batch", "[cache]") {
  const Batch batch = pack({.sequences = 2, .length = 3, .ids = {3, 4, 5, 6, 7, 8}});
  const Tensor states = Array::filled({2, 4, 8}, 1);
  CHECK_THROWS_WITH(pack_encoder_states(batch, Array::filled({1, 4, 8}, 1)),
                    "memory: got states [1, 4, 8], want [2, S, H]");
  CHECK_THROWS_WITH(pack_encoder_states(batch, states, Array::filled({2, 3}, 1)),
                    "memory: got a mask [2, 3], want [2, 4] or [2, 3, 4]");
  const EncoderStates pairs = pack_encoder_states(batch, states, Array::filled({2, 3, 4}, 1));
  CHECK_THROWS_WITH(select(pairs, std::vector<int64_t>{0}), "memory: got a mask of pairs, want one of states, [B, S]");
  CHECK_THROWS_WITH(select(pack_encoder_states(batch, states), std::vector<int64_t>{2}),
                    "memory: got sequence 2, want 0 … 1");
}

TEST_CASE("what does not go with a cache is refused", "[cache]") {
  Dice dice{5};
  Config config = drawn_config(dice);
  const CausalLM model = drawn_model(config, 5);
  Cache cache;
  Pass pass, training{.training = true};
  const Batch batch = pack({.sequences = 2, .length = 1, .ids = {3, 4}});
  CHECK_THROWS_WITH(model.bert(batch, training, {.cache = &cache}),
                    "encoder: got a cache, want no attentions, no checkpoints and no training with it");
  Cache used;
  model.bert(batch, pass, {.cache = &used});
  CHECK_THROWS_WITH(model.bert(pack({.sequences = 1, .length = 1, .ids = {3}}), pass, {.cache = &used}),
                    "cache: got 1 sequences, want 2, as there are");
  CHECK_THROWS_WITH(used.select(std::vector<int64_t>{2}), "cache: got sequence 2, want 0 … 1");
  config.is_decoder = config.add_cross_attention = false;
  const CausalLM encoder(config);
  CHECK_THROWS_WITH(encoder.bert(batch, pass, {.cache = &used}), "model: got a cache, want is_decoder in the config");
}
