#include "bert/io/models/checkpoint.h"

#include "bert/heads/network.h"
#include "bert/io/models/names.h"
#include "bert/io/models/pretrained.h"
#include "core/require.h"
#include "tests/bert/made.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

namespace {

std::string todays(const std::string& name) {
  return io::with_todays_name({name, io::NumberType::f32, {2, 3}, nullptr, 0}).name;
}

}  // namespace

TEST_CASE("a model that was saved loads again, to the bit", "[io]") {
  const Scratch scratch;
  Made one("pretraining", small(), 1), other("pretraining", small(), 2);
  save_model(scratch.path() / "a/b", small(), one.parameters, io::real_type);
  const bert::Config config = bert::read_config(scratch.path() / "a/b/config.json");
  const StateReport report = other.load(scratch.path() / "a/b");
  CHECK(report.clean());
  CHECK(bert::remarks(report).empty());
  CHECK(same(one.parameters, other.parameters));
}

TEST_CASE("values that were loaded can be trained, flat or not, and the file stays", "[io]") {
  const Scratch scratch;
  bert::Config config = small();
  config.vocab_size = 5000;  // large enough to be pages of the file
  Made one("model", config, 1), before("model", config, 2), after("model", config, 3);
  save_model(scratch.path(), config, one.parameters, io::real_type);
  before.parameters.flatten();
  for (Made* made : {&before, &after}) {
    made->load(scratch.path());
    CHECK(same(one.parameters, made->parameters));
  }
  after.parameters.flatten();
  for (Made* made : {&before, &after}) {
    CHECK(made->parameters.list()[0].tensor.value().shares_memory(made->parameters.list()[1].tensor.value()));
    for (Parameter parameter : made->parameters.list()) parameter.tensor.edit()[0] += 1;
    CHECK_FALSE(same(one.parameters, made->parameters));
  }
  Made again("model", config, 4);
  again.load(scratch.path());
  again.parameters.list()[0].tensor.value().clone();
  CHECK(same(one.parameters, again.parameters));
}

TEST_CASE("old names, Google's and a wrapper's are today's", "[io]") {
  CHECK(todays("bert.embeddings.LayerNorm.gamma") == "bert.embeddings.LayerNorm.weight");
  CHECK(todays("bert.embeddings.LayerNorm.beta") == "bert.embeddings.LayerNorm.bias");
  CHECK(todays("module.bert.pooler.dense.weight") == "bert.pooler.dense.weight");
  CHECK(todays("bert/embeddings/word_embeddings") == "bert.embeddings.word_embeddings.weight");
  CHECK(todays("bert/encoder/layer_11/attention/output/LayerNorm/gamma") ==
        "bert.encoder.layer.11.attention.output.LayerNorm.weight");
  CHECK(todays("bert/encoder/layer_._3/output/dense/kernel:0") == "bert.encoder.layer.3.output.dense.weight");
  CHECK(todays("cls/predictions/output_bias") == "cls.predictions.bias");
  CHECK(todays("cls/predictions/transform/LayerNorm/beta") == "cls.predictions.transform.LayerNorm.bias");
  CHECK(todays("cls/seq_relationship/output_weights") == "cls.seq_relationship.weight");
  CHECK(todays("cls/squad/output_bias") == "qa_outputs.bias");
  CHECK(todays("output_weights") == "classifier.weight");
  CHECK(todays("gamma") == "gamma");
}

TEST_CASE("a model under Google's names loads, kernels the other way round, and its optimizer is left out", "[io]") {
  const Scratch scratch;
  Made one("model", small(), 1), other("model", small(), 2);
  std::vector<io::OutgoingTensor> tensors{io::outgoing("global_step", Array::number(3)),
                                          io::outgoing("bert/pooler/dense/kernel/adam_m", Array({8, 8}))};
  for (const Parameter& parameter : one.parameters.list()) {
    std::string name = "bert." + parameter.name;
    Array value = parameter.tensor.value();
    const auto replace = [&](std::string_view was, std::string_view becomes) {
      if (const std::size_t at = name.find(was); at != std::string::npos) name.replace(at, was.size(), becomes);
    };
    replace("layer.", "layer_");
    replace("_embeddings.weight", "_embeddings");
    replace("LayerNorm.weight", "LayerNorm.gamma");
    replace("LayerNorm.bias", "LayerNorm.beta");
    if (name.ends_with(".weight")) {
      replace(".weight", ".kernel");
      Array turned(Shape{value.shape()[1], value.shape()[0]});
      for (int64_t r = 0; r < value.shape()[0]; ++r)
        for (int64_t c = 0; c < value.shape()[1]; ++c)
          turned[c * value.shape()[0] + r] = value[r * value.shape()[1] + c];
      value = turned;
    }
    std::ranges::replace(name, '.', '/');
    tensors.push_back(io::outgoing(name, value));
  }
  io::write_safetensors(scratch.path() / "f", tensors);
  CHECK(other.load(scratch.path() / "f").clean());
  CHECK(same(one.parameters, other.parameters));
}

TEST_CASE("names that only some versions write are known", "[io]") {
  const Scratch scratch;
  Made one("masked-lm", small(), 1), other("masked-lm", small(), 2);
  std::vector<io::OutgoingTensor> tensors{io::outgoing("bert.embeddings.position_ids", Array({1, 10}))};
  for (const Parameter& parameter : one.parameters.list())
    tensors.push_back(
        io::outgoing(parameter.name == "cls.predictions.bias" ? "cls.predictions.decoder.bias" : parameter.name,
                     parameter.tensor.value()));
  tensors.push_back(
      io::outgoing("cls.predictions.decoder.weight", one.value("bert.embeddings.word_embeddings.weight")));
  io::write_safetensors(scratch.path() / "f", tensors);
  CHECK(other.load(scratch.path() / "f").clean());
  CHECK(same(one.parameters, other.parameters));
}

TEST_CASE("one tensor under two names is an error", "[io]") {
  const Scratch scratch;
  io::write_safetensors(scratch.path() / "f",
                        {io::outgoing("LayerNorm.gamma", Array({1})), io::outgoing("LayerNorm.weight", Array({1}))});
  CHECK_THROWS_WITH(io::open_checkpoint(scratch.path() / "f"), ContainsSubstring(" is there as LayerNorm.weight too"));
}

TEST_CASE("shards come together, and an index that does not fit them is refused", "[io]") {
  const Scratch scratch;
  io::write_safetensors(scratch.path() / "1", {io::outgoing("a", Array::of({1}, {1}))});
  io::write_safetensors(scratch.path() / "2", {io::outgoing("b", Array::of({1}, {2}))});
  const auto index = [&](const std::string& map) {
    scratch.write("model.safetensors.index.json", R"({"weight_map": {)" + map + "}}");
    return io::open_checkpoint(scratch.path());
  };
  const io::Checkpoint checkpoint = index(R"("a": "1", "b": "2")");
  CHECK(checkpoint.form == "safetensors in 2 shards");
  CHECK(checkpoint.tensors.size() == 2);
  CHECK(checkpoint.tensors.at(1).array()[0] == 2);
  CHECK_THROWS_WITH(index(R"("a": "2")"), ContainsSubstring("index.json: a: is not in 2"));
  CHECK_THROWS_WITH(index(R"("a": "3")"), ContainsSubstring("/3: No such file or directory"));
  CHECK_THROWS_WITH(index(R"("a": "../1")"),
                    ContainsSubstring("weight_map.a: got \"../1\", want the name of a file or folder beside this one"));
  scratch.write("2", io::read_file(scratch.path() / "1"));
  CHECK_THROWS_WITH(index(R"("a": "1", "b": "2")"), ContainsSubstring("a: is in another shard too"));
}

TEST_CASE("a directory without a model says what it looked for", "[io]") {
  const Scratch scratch;
  CHECK_THROWS_WITH(io::open_checkpoint(scratch.path()),
                    ContainsSubstring(": holds no model, want one of: model.safetensors model.safetensors.index.json"));
}
