#include "bert/model/config.h"

#include "bert/heads/network.h"
#include "bert/io/json/document.h"
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

int64_t numbers_in(const char* head, const Config& config) { return make_network(head, config)->parameters().count(); }

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
      CHECK(numbers_in("model", config) == whole);
      CHECK(numbers_in("masked-lm", config) == trunk + count.language_model);
      CHECK(numbers_in("causal-lm", config) == trunk + count.language_model);
      CHECK(numbers_in("next-sentence", config) == whole + count.next_sentence);
      CHECK(numbers_in("pretraining", config) == whole + count.language_model + count.next_sentence);
      CHECK(numbers_in("sequence-classification", config) == whole + count.classifier);
      CHECK(numbers_in("token-classification", config) == trunk + count.classifier);
      CHECK(numbers_in("question-answering", config) == trunk + 2 * 129);
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

TEST_CASE("DistilBERT's configuration is read as a BERT's and written as it was", "[config]") {
  const std::string text = R"({
  "architectures": [
    "DistilBertForMaskedLM"
  ],
  "model_type": "distilbert",
  "vocab_size": 40,
  "dim": 24,
  "n_layers": 3,
  "n_heads": 2,
  "hidden_dim": 48,
  "activation": "relu",
  "dropout": 0.2,
  "attention_dropout": 0.3,
  "max_position_embeddings": 64,
  "initializer_range": 0.02,
  "pad_token_id": 0,
  "seq_classif_dropout": 0.4,
  "sinusoidal_pos_embds": false,
  "tie_weights_": true
}
)";
  const Config config = parse_config(text, "config.json");
  CHECK(config_text(config) == text);
  CHECK(config.model_type == ModelType::distilbert);
  CHECK(std::tuple(config.hidden_size, config.num_hidden_layers, config.num_attention_heads) == std::tuple(24, 3, 2));
  CHECK(std::tuple(config.intermediate_size, config.hidden_act, config.type_vocab_size) == std::tuple(48, "relu", 0));
  CHECK(std::tuple(config.hidden_dropout_prob, config.attention_probs_dropout_prob, config.classifier_dropout) ==
        std::tuple(0.2, 0.3, 0.4));
  CHECK(config.attention_output_dropout() == 0);
  CHECK(config.pooler_activation() == Activation::relu);
  CHECK(config.file["architectures"][0].string() == "BertForMaskedLM");
  CHECK(numbers_in("sequence-classification", config) ==
        encoder_and_pooler(config) + count_parameters(config).classifier);
  const Config plain = parse_config(R"({"architectures": ["DistilBertModel"]})", "config.json");
  CHECK(std::tuple(plain.num_hidden_layers, plain.classifier_dropout) == std::tuple(6, 0.2));
}

TEST_CASE("another family than BERT's is refused by its name", "[config]") {
  const std::string only = "; only BERT and DistilBERT are supported";
  CHECK(refusal(R"({"model_type": "roberta", "architectures": ["RobertaForMaskedLM"]})") ==
        "config.json: is a RobertaForMaskedLM" + only);
  CHECK(refusal(R"({"model_type": "albert"})") == "config.json: is a albert model" + only);
  CHECK(refusal(R"({"architectures": ["MPNetModel"]})") == "config.json: is a MPNetModel" + only);
  CHECK(refusal(R"({"architectures": ["BertForMaskedLM"]})").empty());
  CHECK(refusal(R"({"model_type": "bert", "architectures": ["OurOwnHead"]})").empty());
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
