#include <cstdlib>

#include "bert/heads/classification.h"
#include "bert/heads/question_answering.h"
#include "bert/heads/sentences.h"
#include "bert/io/checkpoint.h"
#include "bert/io/pretrained.h"
#include "tests/catch.h"
#include "tests/paths.h"
#include "tests/scratch.h"

// Between us and Hugging Face's transformers, both ways, in tests/bert/differential/checkpoints.py. BERTLET_PYTHON
// names a Python that has it; where none is named, this says so.

using namespace bertlet;
namespace fs = std::filesystem;

namespace {

bert::Config config_for(const std::string& head) {
  bert::Config config = bert::parse_config(R"({"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 10, "model_type": "bert"})",
                                           "config");
  config.is_decoder = head == "BertLMHeadModel";
  return config;
}

const bert::Model& encoder_of(const bert::Model& model) { return model; }
template <class Head>
const bert::Model& encoder_of(const Head& head) {
  return head.bert;
}

template <class Head>
Array states(const Head& head) {
  Pass pass;
  const bert::Batch batch = bert::pack({.sequences = 1, .length = 6, .ids = {5, 7, 1, 2, 9, 3}});
  return encoder_of(head)(batch, pass).last_hidden_state.value();
}

void check_near(const Array& got, const Array& want) {
  REQUIRE(got.shape() == want.shape());
  for (int64_t i = 0; i < got.size(); ++i) CHECK(std::abs(got[i] - want[i]) < real(1e-5));
}

template <class Head>
void save(const fs::path& folder, const std::string& name) {
  const bert::Config config = config_for(name);
  Head head(config);
  Parameters parameters = parameters_of(head);
  initialise(parameters, config, 3);
  save_model(folder / name / "ours", config, parameters);
}

template <class Head>
void load(const fs::path& folder, const std::string& name) {
  const bert::Config config = bert::read_config(folder / name / "ours/config.json");
  Head before(config), after(config);
  Parameters ours = parameters_of(before), theirs = parameters_of(after);
  CHECK(load_checkpoint(ours, config, io::open_checkpoint(folder / name / "ours")).clean());
  for (const char* form : {"whole", "shards", "torch", "torch_shards"}) {
    CAPTURE(name, form);
    const StateReport report = load_checkpoint(theirs, config, io::open_checkpoint(folder / name / form));
    CHECK(report.text().empty());
    for (std::size_t p = 0; p < ours.list().size(); ++p)
      for (int64_t i = 0; i < ours.list()[p].tensor.value().size(); ++i)
        REQUIRE(static_cast<float>(theirs.list()[p].tensor.value()[i]) ==
                static_cast<float>(ours.list()[p].tensor.value()[i]) + 1.0f / 64);
  }
  for (const io::StoredTensor& tensor : io::open_checkpoint(folder / name / "states.safetensors").tensors)
    check_near(states(tensor.name == "before" ? before : after), tensor.array());
}

template <class F>
void for_each_head(const F& f) {
  f.template operator()<bert::Model>("BertModel");
  f.template operator()<bert::PreTraining>("BertForPreTraining");
  f.template operator()<bert::MaskedLM>("BertForMaskedLM");
  f.template operator()<bert::CausalLM>("BertLMHeadModel");
  f.template operator()<bert::NextSentence>("BertForNextSentencePrediction");
  f.template operator()<bert::SequenceClassification>("BertForSequenceClassification");
  f.template operator()<bert::MultipleChoice>("BertForMultipleChoice");
  f.template operator()<bert::TokenClassification>("BertForTokenClassification");
  f.template operator()<bert::QuestionAnswering>("BertForQuestionAnswering");
}

}  // namespace

TEST_CASE("what we save transformers loads, and the other way round", "[io]") {
  const char* python = std::getenv("BERTLET_PYTHON");
  if (!python) {
    WARN("skipped: BERTLET_PYTHON is not set");
    return;
  }
  const Scratch scratch;
  for_each_head([&]<class Head>(const char* name) { save<Head>(scratch.path(), name); });
  const std::string command = fmt::format("'{}' '{}/tests/bert/differential/checkpoints.py' '{}'", python,
                                          paths::source, scratch.path().string());
  REQUIRE(std::system(command.c_str()) == 0);
  for_each_head([&]<class Head>(const char* name) { load<Head>(scratch.path(), name); });
}
