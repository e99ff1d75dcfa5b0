#include <cstdlib>

#include "bert/heads/network.h"
#include "bert/io/models/checkpoint.h"
#include "bert/io/models/pretrained.h"
#include "tests/catch.h"
#include "tests/paths.h"
#include "tests/scratch.h"

// Between us and Hugging Face's transformers, both ways, in tests/bert/differential/checkpoints.py. BERTLET_PYTHON
// names a Python that has it; where none is named, this says so.

using namespace bertlet;
namespace fs = std::filesystem;

namespace {

bert::Config config_for(const std::string& head) {
  if (head.starts_with("Distil"))
    return bert::parse_config(R"({"vocab_size": 40, "dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24,
      "max_position_embeddings": 10, "model_type": "distilbert"})",
                              "config");
  bert::Config config = bert::parse_config(R"({"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 10, "model_type": "bert"})",
                                           "config");
  config.is_decoder = head == "BertLMHeadModel";
  return config;
}

// The network that transformers call so.
std::unique_ptr<bert::Network> network_of(bert::Config config, const std::string& name) {
  config.file["architectures"] = {name.starts_with("Distil") ? name.substr(6) : name};
  return bert::make_network(bert::head_of(config), config);
}

Array states(const bert::Network& network) {
  Pass pass;
  return network.score(bert::Batch::of({{{5, 7, 1, 2, 9, 3}}}), pass).encoded.last_hidden_state.value();
}

void check_near(const Array& got, const Array& want) {
  REQUIRE(got.shape() == want.shape());
  for (int64_t i = 0; i < got.size(); ++i) CHECK(std::abs(got[i] - want[i]) < real(1e-5));
}

void save(const fs::path& folder, const std::string& name) {
  const bert::Config config = config_for(name);
  const auto network = network_of(config, name);
  bert::initialise(*network, 3);
  save_model(folder / name / "ours", config, network->parameters());
}

void load(const fs::path& folder, const std::string& name) {
  const bert::Config config = bert::read_config(folder / name / "ours/config.json");
  const auto before = network_of(config, name), after = network_of(config, name);
  Parameters &ours = before->parameters(), &theirs = after->parameters();
  const std::vector<InitRule> fresh = before->initial_values();
  CHECK(bert::load_checkpoint(ours, fresh, io::open_checkpoint(folder / name / "ours")).clean());
  for (const char* form : {"whole", "shards", "torch", "torch_shards"}) {
    CAPTURE(name, form);
    const StateReport report = bert::load_checkpoint(theirs, fresh, io::open_checkpoint(folder / name / form));
    CHECK(report.text().empty());
    for (std::size_t p = 0; p < ours.list().size(); ++p)
      for (int64_t i = 0; i < ours.list()[p].tensor.value().size(); ++i)
        REQUIRE(static_cast<float>(theirs.list()[p].tensor.value()[i]) ==
                static_cast<float>(ours.list()[p].tensor.value()[i]) + 1.0f / 64);
  }
  for (const io::StoredTensor& tensor : io::open_checkpoint(folder / name / "states.safetensors").tensors)
    check_near(states(tensor.name == "before" ? *before : *after), tensor.array());
}

constexpr const char* architectures[] = {"BertModel",
                                         "BertForPreTraining",
                                         "BertForMaskedLM",
                                         "BertLMHeadModel",
                                         "BertForNextSentencePrediction",
                                         "BertForSequenceClassification",
                                         "BertForMultipleChoice",
                                         "BertForTokenClassification",
                                         "BertForQuestionAnswering",
                                         "DistilBertForMaskedLM",
                                         "DistilBertForSequenceClassification",
                                         "DistilBertForMultipleChoice",
                                         "DistilBertForTokenClassification",
                                         "DistilBertForQuestionAnswering"};

}  // namespace

TEST_CASE("what we save transformers loads, and the other way round", "[python][io]") {
  const char* python = std::getenv("BERTLET_PYTHON");
  if (!python) {
    WARN("skipped: BERTLET_PYTHON is not set");
    return;
  }
  const Scratch scratch;
  for (const char* name : architectures) save(scratch.path(), name);
  const std::string command = fmt::format("'{}' '{}/tests/bert/differential/checkpoints.py' '{}'", python,
                                          paths::source, scratch.path().string());
  REQUIRE(std::system(command.c_str()) == 0);
  for (const char* name : architectures) load(scratch.path(), name);
}
