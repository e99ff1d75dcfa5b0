#include "bert/model/config.h"

#include "bert/heads/classification.h"
#include "bert/heads/question_answering.h"
#include "bert/heads/sentences.h"
#include "bert/io/json.h"
#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::bert;

namespace {

std::string refusal(const char* text) {
  try {
    parse_config(text, "config.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

template <class Head>
int64_t numbers_in(const Config& config) {
  Head head(config);
  return parameters_of(head).count();
}

}  // namespace

TEST_CASE("the sizes have the parameters that are known of them", "[config]") {
  const std::vector<std::tuple<const char*, int64_t, int64_t>> known{
      {"tiny", 4385920, 4433468},     {"mini", 11170560, 11267900},   {"small", 28763648, 29058876},
      {"medium", 41373184, 41668412}, {"base", 109482240, 110106428}, {"large", 335141888, 336226108}};
  for (const auto& [name, plain, pretraining] : known) {
    const Config config = named_config(name);
    const ParameterCount count = count_parameters(config);
    CHECK(encoder_and_pooler(config) == plain);
    CHECK(encoder_and_pooler(config) + count.language_model + count.next_sentence == pretraining);
  }
  Config chinese = named_config("base");
  chinese.vocab_size = 21128;
  chinese.set_num_labels(3);
  CHECK(encoder_and_pooler(chinese) == 102267648);
  CHECK(count_parameters(chinese).classifier == 2307);
  CHECK_THROWS_WITH(named_config("huge"), "config: got 'huge', want one of: tiny mini small medium base large");
}

TEST_CASE("what is counted is what is made", "[config]") {
  Config config = named_config("tiny");
  config.vocab_size = 50;
  config.set_num_labels(5);
  for (const bool decoder : {false, true})
    for (const Relative positions : {Relative::none, Relative::key}) {
      config.is_decoder = config.add_cross_attention = decoder;
      config.position_embedding_type = positions;
      config.tie_word_embeddings = !decoder;
      const ParameterCount count = count_parameters(config);
      const int64_t whole = encoder_and_pooler(config), trunk = whole - count.pooler;
      CHECK(numbers_in<Model>(config) == whole);
      CHECK(numbers_in<MaskedLM>(config) == trunk + count.language_model);
      CHECK(numbers_in<CausalLM>(config) == trunk + count.language_model);
      CHECK(numbers_in<NextSentence>(config) == whole + count.next_sentence);
      CHECK(numbers_in<PreTraining>(config) == whole + count.language_model + count.next_sentence);
      CHECK(numbers_in<SequenceClassification>(config) == whole + count.classifier);
      CHECK(numbers_in<TokenClassification>(config) == trunk + count.classifier);
      CHECK(numbers_in<QuestionAnswering>(config) == trunk + 2 * 129);
    }
}

TEST_CASE("a configuration goes through its file unchanged, unknown keys and their order too", "[config]") {
  const std::string text = R"({
  "zebra": [
    1,
    {
      "b": 2,
      "a": 1
    }
  ],
  "vocab_size": 21128,
  "hidden_size": 768,
  "num_hidden_layers": 12,
  "num_attention_heads": 12,
  "intermediate_size": 3072,
  "hidden_act": "gelu_pytorch_tanh",
  "hidden_dropout_prob": 0.1,
  "attention_probs_dropout_prob": 0.1,
  "max_position_embeddings": 512,
  "type_vocab_size": 2,
  "initializer_range": 0.02,
  "layer_norm_eps": 1e-12,
  "pad_token_id": null,
  "position_embedding_type": "relative_key_query",
  "classifier_dropout": null,
  "is_decoder": false,
  "id2label": {
    "0": "no",
    "1": "yes",
    "2": "maybe"
  },
  "label2id": {
    "no": 0,
    "yes": 1,
    "maybe": 2
  },
  "torch_dtype": "float32"
}
)";
  Config config = parse_config(text, "config.json");
  CHECK(config_text(config) == text);
  CHECK(config.position_embedding_type == Relative::key_query);
  CHECK(config.activation() == Activation::gelu_tanh);
  CHECK(config.labels == std::vector<std::string>{"no", "yes", "maybe"});
  CHECK_FALSE(config.pad_token_id);

  config.problem_type = Problem::multi_label;
  config.chunk_size_feed_forward = 64;
  const Config again = parse_config(config_text(config), "config.json");
  CHECK(again.problem_type == Problem::multi_label);
  CHECK(again.chunk_size_feed_forward == 64);
  CHECK(again.file["zebra"] == config.file["zebra"]);
}

TEST_CASE("a configuration that was made here says what it is, whatever head it is for", "[config]") {
  Config config = named_config("tiny");
  CHECK(io::parse_json(config_text(config), "config").root()["model_type"].string() == "bert");
  config.file["architectures"] = {"BertForMaskedLM"};
  CHECK(io::parse_json(config_text(config), "config").root()["model_type"].string() == "bert");
  CHECK(io::parse_json(config_text(config), "config").root()["architectures"][0].string() == "BertForMaskedLM");
}

TEST_CASE("what a file does not say is Hugging Face's default", "[config]") {
  CHECK(config_text(parse_config("{}", "config.json")) == config_text(named_config("base")));
  CHECK(parse_config(R"({"num_labels": 4})", "c").labels.back() == "LABEL_3");
  const Config google = with_preset(named_config("base"), Preset::google);
  CHECK(google.activation() == Activation::gelu_tanh);
  CHECK(parse_config(config_text(google), "c").initializer == Initializer::truncated_normal);
}

TEST_CASE("a configuration that no model can have is one line: file, key, value", "[config]") {
  CHECK(refusal("[]") == "config.json: got a list, want an object");
  CHECK(refusal(R"({"hidden_size": "big"})") == R"(config.json: hidden_size: got "big", want an integer)");
  CHECK(refusal(R"({"hidden_size": 100})") ==
        "config.json: num_attention_heads: got 12 for hidden_size 100, want a divisor");
  CHECK(refusal(R"({"hidden_size": -1})") == "config.json: hidden_size: got -1, want 1 … 1048576");
  CHECK(refusal(R"({"hidden_act": "gelo"})").starts_with("config.json: hidden_act: got 'gelo', want one of: gelu "));
  CHECK(refusal(R"({"hidden_dropout_prob": 1.5})") ==
        "config.json: hidden_dropout_prob: got 1.5, want a rate from 0 to below 1");
  CHECK(refusal(R"({"position_embedding_type": "rotary"})") ==
        R"(config.json: position_embedding_type: got "rotary", want one of: absolute relative_key relative_key_query)");
  CHECK(refusal(R"({"id2label": {"0": "a", "2": "b"}})") == "config.json: id2label: '1' is missing");
  CHECK(refusal(R"({"pad_token_id": 40000})") == "config.json: pad_token_id: got 40000, want 0 … 30521");
  CHECK(refusal(R"({"add_cross_attention": true})") ==
        "config.json: add_cross_attention: got true, want is_decoder with it");
  CHECK(refusal(R"({"pruned_heads": {"12": [1]}})") == "config.json: pruned_heads: layer: got 12, want 0 … 11");
  CHECK(refusal(R"({"pruned_heads": {"0": [1, 12]}})") == "config.json: pruned_heads: head: got 12, want 0 … 11");
  CHECK(refusal(R"({"pruned_heads": {"first": [1]}})") ==
        "config.json: pruned_heads: got an object, want numbers of layers as keys");
  CHECK(refusal(R"({"pruned_heads": {"0": 1}})") == "config.json: pruned_heads.0: got 1, want a list of heads");
  CHECK(refusal(R"({"pruned_heads": {"3": [0, 1]}, "num_attention_heads": 2})") ==
        "config.json: pruned_heads: got all 2 heads of layer 3, want one left");
}
