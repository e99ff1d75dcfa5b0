#include "bert/io/models/pretrained.h"

#include "bert/io/models/names.h"
#include "core/require.h"
#include "tests/bert/made.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;
using Strings = std::vector<std::string>;

TEST_CASE("a checkpoint without a head fits under any head, which is fresh, and says so", "[io]") {
  const Scratch scratch;
  Made base("model", small(), 1);
  Made head("sequence-classification", small(), 2);
  save_model(scratch.path(), small(), base.parameters, io::real_type);
  const StateReport report = head.load(scratch.path(), 7);
  CHECK(bert::remarks(report) == Strings{"fresh weights for: classifier.weight, classifier.bias"});
  CHECK(same(base.parameters, head.parameters, "", "bert."));
  Made fresh("sequence-classification", small(), 7);
  CHECK(same_bits(head.value("classifier.weight"), fresh.value("classifier.weight")));
}

TEST_CASE("a checkpoint with a head fits a model without, and what is not used is named", "[io]") {
  const Scratch scratch;
  Made head("sequence-classification", small(), 1);
  Made base("model", small(), 2);
  save_model(scratch.path(), small(), head.parameters, io::real_type);
  const StateReport report = base.load(scratch.path());
  CHECK(bert::remarks(report) == Strings{"not used: classifier.bias, classifier.weight"});
  CHECK(same(base.parameters, head.parameters, "", "bert."));
}

TEST_CASE("a head of another shape starts fresh and says so", "[io]") {
  const Scratch scratch;
  Made two("sequence-classification", small(), 1);
  bert::Config config = small();
  config.set_num_labels(3);
  Made three("sequence-classification", config, 2);
  save_model(scratch.path(), small(), two.parameters, io::real_type);
  const StateReport report = three.load(scratch.path(), 5);
  CHECK(bert::remarks(report) ==
        Strings{
            "fresh weights for: classifier.weight, classifier.bias",
            "the checkpoint has another shape: classifier.weight [2, 8], want [3, 8]; classifier.bias [2], want [3]"});
  CHECK(same(two.parameters, three.parameters, "bert.", "bert."));
  Made fresh("sequence-classification", config, 5);
  CHECK(same_bits(three.value("classifier.weight"), fresh.value("classifier.weight")));
}

TEST_CASE("an encoder of another shape is an error, and nothing is loaded", "[io]") {
  const Scratch scratch;
  bert::Config config = small();
  Made one("sequence-classification", config, 1);
  save_model(scratch.path(), config, one.parameters);
  config.intermediate_size = 24;
  Made wider("sequence-classification", config, 2);
  const Array before = wider.value("bert.pooler.dense.weight").clone();
  CHECK_THROWS_WITH(wider.load(scratch.path()),
                    ContainsSubstring("model.safetensors: 6 of the encoder's tensors have another shape: "
                                      "bert.encoder.layer.0.intermediate.dense.weight [16, 8], want [24, 8]; "));
  CHECK(same_bits(wider.value("bert.pooler.dense.weight"), before));
}

TEST_CASE("an encoder whose tensors are missing is an error that names them; a pooler may be", "[io]") {
  const Scratch scratch;
  Made one("model", small(), 1), other("model", small(), 2);
  std::vector<io::OutgoingTensor> tensors;
  for (const Parameter& parameter : one.parameters.list())
    if (!parameter.name.starts_with("pooler."))
      tensors.push_back(io::outgoing(parameter.name, parameter.tensor.value()));
  io::write_safetensors(scratch.path() / "model.safetensors", tensors);
  const StateReport report = other.load(scratch.path());
  CHECK(bert::remarks(report) == Strings{"fresh weights for: pooler.dense.weight, pooler.dense.bias"});
  tensors.erase(tensors.begin() + 7);
  io::write_safetensors(scratch.path() / "model.safetensors", tensors);
  CHECK_THROWS_WITH(
      other.load(scratch.path()),
      ContainsSubstring("1 of the encoder's tensors are missing: encoder.layer.0.attention.self.key.weight"));
  bert::Config deeper = small();
  deeper.num_hidden_layers = 3;
  Made three("model", deeper, 1);
  CHECK_THROWS_WITH(three.load(scratch.path()), ContainsSubstring("17 of the encoder's tensors are missing: ") &&
                                                    ContainsSubstring(" and 11 more"));
}

TEST_CASE("a directory without a checkpoint leaves all weights fresh and says so", "[io]") {
  const Scratch scratch;
  Made one("masked-lm", small(), 1), fresh("masked-lm", small(), 9);
  const Strings remarks = bert::load_pretrained(one.parameters, one.network->initial_values(), scratch.path(), 9);
  CHECK(remarks.size() == 1);
  CHECK_THAT(remarks.at(0), ContainsSubstring("holds no weights") && ContainsSubstring("all of them are fresh"));
  CHECK(same(one.parameters, fresh.parameters));
}

TEST_CASE("a vocabulary may be shorter than its embeddings, not longer", "[io]") {
  CHECK(bert::check_vocabulary(30, small(), "model").empty());
  CHECK(bert::check_vocabulary(28, small(), "model") ==
        Strings{"the vocabulary has 28 tokens; the model's last 2 embeddings belong to none"});
  CHECK_THROWS_WITH(bert::check_vocabulary(31, small(), "model"),
                    ContainsSubstring("model: the vocabulary has 31 tokens, and the model embeddings for 30"));
}

TEST_CASE("DistilBERT's names are BERT's, both ways", "[io]") {
  const std::vector<std::pair<std::string, std::string>> names{
      {"distilbert.embeddings.word_embeddings.weight", "bert.embeddings.word_embeddings.weight"},
      {"distilbert.embeddings.LayerNorm.bias", "bert.embeddings.LayerNorm.bias"},
      {"distilbert.transformer.layer.11.attention.q_lin.weight", "bert.encoder.layer.11.attention.self.query.weight"},
      {"transformer.layer.0.attention.k_lin.bias", "encoder.layer.0.attention.self.key.bias"},
      {"transformer.layer.0.attention.v_lin.bias", "encoder.layer.0.attention.self.value.bias"},
      {"transformer.layer.0.attention.out_lin.weight", "encoder.layer.0.attention.output.dense.weight"},
      {"transformer.layer.0.sa_layer_norm.weight", "encoder.layer.0.attention.output.LayerNorm.weight"},
      {"transformer.layer.0.ffn.lin1.weight", "encoder.layer.0.intermediate.dense.weight"},
      {"transformer.layer.0.ffn.lin2.weight", "encoder.layer.0.output.dense.weight"},
      {"transformer.layer.0.output_layer_norm.weight", "encoder.layer.0.output.LayerNorm.weight"},
      {"pre_classifier.weight", "bert.pooler.dense.weight"},
      {"vocab_transform.weight", "cls.predictions.transform.dense.weight"},
      {"vocab_layer_norm.weight", "cls.predictions.transform.LayerNorm.weight"},
      {"vocab_projector.weight", "cls.predictions.decoder.weight"},
      {"vocab_projector.bias", "cls.predictions.bias"},
      {"classifier.weight", "classifier.weight"},
      {"qa_outputs.bias", "qa_outputs.bias"},
  };
  for (const auto& [distilbert, bert] : names) {
    CHECK(io::from_distilbert(distilbert) == bert);
    CHECK(io::to_distilbert(bert) == distilbert);
    CHECK(io::from_distilbert(bert) == bert);
  }
  for (const char* odd : {"transformer.layer.", "transformer.layer.0", "transformer.layer.0.x.weight", ".", "x"})
    CHECK(io::from_distilbert(odd) == odd);
}

TEST_CASE("a DistilBERT that was saved has its own names and loads again, to the bit", "[io]") {
  const Scratch scratch;
  const bert::Config config = bert::parse_config(R"({"vocab_size": 30, "dim": 8, "n_layers": 2, "n_heads": 2,
    "hidden_dim": 16, "max_position_embeddings": 10, "model_type": "distilbert"})",
                                                 "config");
  Made one("sequence-classification", config, 1), other("sequence-classification", config, 2);
  save_model(scratch.path(), config, one.parameters, io::real_type);
  const bert::Config again = bert::read_config(scratch.path() / "config.json");
  CHECK(again.model_type == bert::ModelType::distilbert);
  const io::Checkpoint checkpoint = io::open_checkpoint(scratch.path());
  CHECK(checkpoint.distilbert);
  CHECK(other.load(scratch.path()).clean());
  CHECK(same(one.parameters, other.parameters));
  const std::string bytes = io::read_file(scratch.path() / "model.safetensors");
  CHECK_THAT(bytes, ContainsSubstring("distilbert.transformer.layer.1.ffn.lin1.weight") &&
                        ContainsSubstring("pre_classifier.bias") && !ContainsSubstring("token_type"));
}

TEST_CASE("a checkpoint of which nothing fits is an error", "[io]") {
  const Scratch scratch;
  io::write_safetensors(scratch.path() / "f", {io::outgoing("x", Array({1}))});
  Made base("model", small(), 1);
  CHECK_THROWS_WITH(base.load(scratch.path() / "f"),
                    ContainsSubstring("f: none of its 1 tensors is one of the model's"));
}
