// Texts of small models beside transformers' generate(): tests/golden/generation.py.
#include <fmt/ranges.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "bert/generation/generate.h"
#include "bert/generation/scores.h"
#include "bert/generation/word_stream.h"
#include "bert/model/padded.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/require.h"
#include "tests/bert/reference.h"
#include "tests/catch.h"
#include "tests/paths.h"

using namespace bertlet;
using namespace bertlet::bert;
using nlohmann::json;

namespace {

constexpr double score_tolerance = sizeof(real) == 8 ? 1e-6 : 2e-5;  // transformers' are floats

template <class T>
void take(const json& options, const char* key, T& member) {
  if (options.contains(key)) member = options[key].get<T>();
}

EarlyStopping early_stopping(const json& options) {
  const json named = options.value("early_stopping", json(false));
  return named.is_string() ? EarlyStopping::never : named.get<bool>() ? EarlyStopping::yes : EarlyStopping::no;
}

GenerationOptions options_of(const json& from) {
  GenerationOptions to;
  take(from, "max_new_tokens", to.max_new_tokens);
  take(from, "min_new_tokens", to.min_new_tokens);
  take(from, "eos_token_id", to.stop);
  take(from, "repetition_penalty", to.repetition_penalty);
  take(from, "no_repeat_ngram_size", to.no_repeat_ngram_size);
  take(from, "bad_words_ids", to.bad_words);
  take(from, "temperature", to.temperature);
  take(from, "top_k", to.top_k);
  take(from, "top_p", to.top_p);
  take(from, "num_beams", to.beams);
  take(from, "length_penalty", to.length_penalty);
  take(from, "num_return_sequences", to.num_return);
  to.early_stopping = early_stopping(from);
  return to;
}

CausalLM model_of(const Config& config) {
  CausalLM model(config);
  Parameters parameters = parameters_of(model);
  reference::fill(parameters);
  return model;
}

void check_model(const json& test) {
  const CausalLM model = model_of(parse_config(test["config"].dump(), "case"));
  GenerationOptions options = options_of(test["options"]);
  for (const bool cache : {true, false}) {
    options.cache = cache;
    std::size_t number = 0;
    for (const auto& texts : generate(model, test["prompts"], options))
      for (const Generated& each : texts) {
        INFO(test.dump() << " text " << number << ", cache " << cache);
        REQUIRE(number < test["texts"].size());
        CHECK(each.text == test["texts"][number].get<Text>());
        CHECK(each.score.has_value() == !test["scores"].is_null());
        if (each.score) CHECK(*each.score == Approx(test["scores"][number].get<double>()).epsilon(score_tolerance));
        ++number;
      }
    CHECK(number == test["texts"].size());
  }
}

void check_processors(const json& test) {
  INFO(test.dump());
  GenerationOptions options = options_of(test["options"]);
  options.choice = Choice::drawn;
  std::vector<real> scores = reference::hashed(test["scores"], {25}).values();
  for (real& score : scores) score *= 8;
  adjust(scores, test["text"].get<Text>(), 1, options);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const json& want = test["want"][i];
    if (want.is_null())
      CHECK(scores[i] == -std::numeric_limits<real>::infinity());
    else
      CHECK(static_cast<double>(scores[i]) == Approx(want.get<double>()).epsilon(1e-6));
  }
}

void check_all(const json& cases) {
  for (const json& test : cases["models"]) check_model(test);
  for (const json& test : cases["processors"]) check_processors(test);
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  char part[4096];
  while (const std::size_t n = std::fread(part, 1, sizeof part, pipe)) text.append(part, n);
  return pclose(pipe) == 0 ? text : "";
}

Config small() {
  Config config = named_config("tiny");
  config.vocab_size = 12;
  config.hidden_size = config.intermediate_size = 8;
  config.max_position_embeddings = 16;
  config.is_decoder = true;
  return config;
}

std::vector<Text> only_texts(const std::vector<std::vector<Generated>>& results) {
  std::vector<Text> texts;
  for (const auto& of_prompt : results)
    for (const Generated& each : of_prompt) texts.push_back(each.text);
  return texts;
}

}  // namespace

TEST_CASE("greedy texts, beams, their scores and all processors are transformers'", "[generation][golden]") {
  check_all(json::parse(std::ifstream(std::string(paths::source) + "/tests/golden/generation.json")));
}

TEST_CASE("sixty models that were just drawn say what transformers says", "[python][generation]") {
  const char* python = std::getenv("BERTLET_PYTHON");
  if (!python) {
    WARN("skipped: BERTLET_PYTHON names no Python with transformers");
    return;
  }
  const std::string script = std::string(paths::source) + "/tests/golden/generation.py";
  const std::string made = output_of(fmt::format("'{}' -W ignore '{}' 60 7", python, script));
  REQUIRE_FALSE(made.empty());
  check_all(json::parse(made));
}

TEST_CASE("prompts of different lengths do not know of each other, nor of the cache", "[generation]") {
  const CausalLM model = model_of(small());
  const std::vector<Text> prompts{{3}, {4, 5, 6, 7}, {8, 9}};
  for (const int64_t beams : {1, 3}) {
    const GenerationOptions options{.max_new_tokens = 6, .stop = {2}, .beams = beams};
    const std::vector<Text> together = only_texts(generate(model, prompts, options));
    for (std::size_t i = 0; i < prompts.size(); ++i)
      CHECK(only_texts(generate(model, {prompts[i]}, options))[0] == together[i]);
    GenerationOptions without = options;
    without.cache = false;
    CHECK(only_texts(generate(model, prompts, without)) == together);
  }
}

TEST_CASE("an encoder's states are looked at, with and without a cache", "[generation]") {
  Config config = small();
  config.add_cross_attention = true;
  const CausalLM model = model_of(config);
  const std::vector<Text> prompts{{3}, {4, 5, 6}};
  const Batch two = Batch::of({{{3}}, {{4}}});
  const EncoderStates memory =
      pack_encoder_states(two, reference::hashed("states", {2, 4, 8}), Array::of({2, 4}, {1, 1, 1, 1, 0, 1, 1, 0}));
  const EncoderStates other = pack_encoder_states(two, reference::hashed("other states", {2, 4, 8}));
  for (const int64_t beams : {1, 3}) {
    GenerationOptions options{.max_new_tokens = 6, .beams = beams, .num_return = beams};
    const std::vector<Text> cached = only_texts(generate(model, prompts, options, {}, &memory));
    CHECK(cached != only_texts(generate(model, prompts, options, {}, &other)));
    options.cache = false;
    CHECK(cached == only_texts(generate(model, prompts, options, {}, &memory)));
  }
}

TEST_CASE("words are drawn as often as their probability says", "[generation]") {
  const CausalLM model = model_of(small());
  Pass pass;
  const Array want = softmax(model.score(Batch::of({{{3}}}), pass).scores).value();
  const int64_t draws = 4000;
  std::vector<int64_t> counts(12);
  const GenerationOptions options{.max_new_tokens = 1, .choice = Choice::drawn, .seed = 5, .num_return = draws};
  for (const Text& text : only_texts(generate(model, {{3}}, options))) ++counts[to_size(text[1])];
  double chi = 0;
  for (int64_t word = 0; word < 12; ++word) {
    const double expected = static_cast<double>(want[word]) * draws;
    chi += std::pow(static_cast<double>(counts[to_size(word)]) - expected, 2) / expected;
  }
  CHECK(chi < 31);  // 11 degrees of freedom: beyond this once in a thousand seeds
}

TEST_CASE("drawn texts are a function of the seed, whatever the threads and the cache", "[generation][threads]") {
  const CausalLM model = model_of(small());
  GenerationOptions options{.max_new_tokens = 8, .stop = {2}, .choice = Choice::drawn, .seed = 1, .num_return = 5};
  const std::vector<Text> want = only_texts(generate(model, {{3}, {4, 5}}, options));
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    CHECK(only_texts(generate(model, {{3}, {4, 5}}, options)) == want);
  }
  set_threads(0);
  options.cache = false;
  CHECK(only_texts(generate(model, {{3}, {4, 5}}, options)) == want);
  options.seed = 2;
  CHECK(only_texts(generate(model, {{3}, {4, 5}}, options)) != want);
}

TEST_CASE("a listener hears each word as it comes and can interrupt", "[generation]") {
  const CausalLM model = model_of(small());
  std::vector<Text> heard{{3}, {4, 5}};
  int steps = 0;
  Listener listener{.on_word = [&](int64_t text, int64_t word) { heard[to_size(text)].push_back(word); },
                    .interrupted = [&] { return ++steps > 4; }};
  const std::vector<Text> got = only_texts(generate(model, {{3}, {4, 5}}, {.max_new_tokens = 9}, listener));
  CHECK(got == heard);
  CHECK(got[1].size() == 6);
  steps = 0;
  CHECK(only_texts(generate(model, {{3}}, {.max_new_tokens = 9, .beams = 2}, listener))[0].size() == 5);
}

TEST_CASE("no new word at all is the prompt", "[generation]") {
  const CausalLM model = model_of(small());
  CHECK(only_texts(generate(model, {{3, 4}}, {.max_new_tokens = 0})) == std::vector<Text>{{3, 4}});
  CHECK(generate(model, {{3, 4}}, {.max_new_tokens = 0, .beams = 2})[0][0].text == Text{3, 4});
  CHECK(generate(model, {{3}}, {.max_new_tokens = 16})[0][0].text.size() == 17);
}

TEST_CASE("what cannot be generated is refused", "[generation]") {
  const CausalLM model = model_of(small());
  const auto refusal = [&](const std::vector<Text>& prompts, const GenerationOptions& options) -> std::string {
    try {
      generate(model, prompts, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal({}, {}) == "generate: got no prompt, want one");
  CHECK(refusal({{}}, {}) == "generate: got a prompt of no words, want some");
  CHECK(refusal({{12}}, {}) == "generate: got the word 12 in a prompt, want 0 … 11");
  CHECK(refusal({{1}}, {.max_new_tokens = 17}) ==
        "generate: got a prompt of 1 words and max_new_tokens 17, want together at most 17, for which the model has "
        "positions");
  CHECK(refusal({{1}}, {.temperature = 0}) ==
        "generate: got temperature 0, want more than 0; greedy has no use for one");
  CHECK(refusal({{1}}, {.top_p = 1.5}) == "generate: got top_p 1.5, want 0 … 1");
  CHECK(refusal({{1}}, {.choice = Choice::drawn, .beams = 2}) ==
        "generate: got 2 beams and words drawn by chance, want one of them");
  CHECK(refusal({{1}}, {.num_return = 2}) == "generate: got num_return 2 for 1, want at most as many texts as beams");
  CHECK(refusal({{1}},
                {.max_new_tokens = 2, .bad_words = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}}}) ==
        "generate: every word is forbidden after 0 new ones");
  Config config = small();
  config.is_decoder = false;
  CHECK_THROWS_WITH(generate(model_of(config), {{1}}, {}),
                    "generate: got a model that is no decoder, want is_decoder in its config");
}

TEST_CASE("streamed words are the text, however its tokens come", "[generation]") {
  const text::Tokenizer tokenizer(
      text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "do", "not", "n",   "'",   "t",
                        "s",     "m",     "ve",    ".",     ",",      "!",  "it",  "cat", "##s", "##n"}));
  CHECK(tokenizer.decode(std::vector<int64_t>{16, 8, 10}, {.special = false}) == "it's");
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    WordStream stream(tokenizer);
    std::string shown;
    const std::vector<int64_t> ids = integers({.seed = seed}, 12, tokenizer.vocabulary().size());
    for (const int64_t id : ids) shown += stream.next(id);
    shown += stream.rest();
    INFO(fmt::format("{}", fmt::join(ids, " ")));
    CHECK(shown == tokenizer.decode(ids, {.special = false}));
  }
}
