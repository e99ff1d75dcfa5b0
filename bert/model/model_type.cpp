#include "bert/model/model_type.h"

#include <algorithm>
#include <array>

#include "core/require.h"

namespace bertlet::bert {

namespace {

constexpr std::string_view bert_prefix = "Bert", distilbert_prefix = "DistilBert";

struct Key {
  std::string_view bert;
  const char* distilbert;
};
constexpr std::array distilbert_keys{Key{"hidden_size", "dim"},
                                     Key{"num_hidden_layers", "n_layers"},
                                     Key{"num_attention_heads", "n_heads"},
                                     Key{"intermediate_size", "hidden_dim"},
                                     Key{"hidden_act", "activation"},
                                     Key{"hidden_dropout_prob", "dropout"},
                                     Key{"attention_probs_dropout_prob", "attention_dropout"},
                                     Key{"classifier_dropout", "seq_classif_dropout"},
                                     Key{"type_vocab_size", nullptr},
                                     Key{"layer_norm_eps", nullptr},
                                     Key{"position_embedding_type", nullptr}};

// What has tensors of BERT's names, or a config that says model_type bert, and computes something else.
constexpr std::array<std::string_view, 18> others{
    "Albert", "BigBird",  "Camembert",  "ConvBert", "Deberta", "Electra",  "Ernie",       "Funnel",     "Longformer",
    "MPNet",  "Megatron", "MobileBert", "Nezha",    "Roberta", "RoFormer", "SqueezeBert", "XLMRoberta", "XLNet"};

bool is_another(const std::string& architecture) {
  return std::ranges::any_of(others, [&](std::string_view name) { return architecture.starts_with(name); });
}

std::string first_architecture(const io::JsonPlace& root) {
  if (!root.has("architectures") || root["architectures"].size() == 0) return "";
  return root["architectures"][std::size_t{0}].string();
}

std::string renamed(std::string architecture, ModelType type) {
  if (architecture.starts_with(distilbert_prefix)) architecture.erase(0, distilbert_prefix.size() - bert_prefix.size());
  if (type == ModelType::bert || !architecture.starts_with(bert_prefix)) return architecture;
  if (architecture == "BertForPreTraining") architecture = "BertForMaskedLM";  // DistilBERT has no next sentence
  return "Distil" + architecture;
}

}  // namespace

const char* name_of(ModelType type) { return type == ModelType::distilbert ? "distilbert" : "bert"; }

ModelType model_type_of(const io::JsonPlace& root, const std::string& name) {
  const std::string type = root.string_or("model_type", ""), architecture = first_architecture(root);
  if (is_another(architecture))
    throw Error(fmt::format("{}: is a {}; only BERT and DistilBERT are supported", name, architecture));
  if (type == "bert" || (type.empty() && (architecture.empty() || architecture.starts_with(bert_prefix))))
    return ModelType::bert;
  if (type == "distilbert" || (type.empty() && architecture.starts_with(distilbert_prefix)))
    return ModelType::distilbert;
  throw Error(fmt::format("{}: is a {}; only BERT and DistilBERT are supported", name,
                          architecture.empty() ? type + " model" : architecture));
}

Config defaults_of(ModelType type) {
  Config config{.model_type = type};
  if (type == ModelType::bert) return config;
  config.num_hidden_layers = 6;
  config.type_vocab_size = 0;
  config.classifier_dropout = 0.2;
  return config;
}

const char* key_in_file(ModelType type, const char* key) {
  if (type == ModelType::distilbert)
    if (const auto found = std::ranges::find(distilbert_keys, std::string_view(key), &Key::bert);
        found != distilbert_keys.end())
      return found->distilbert;
  return key;
}

io::Json with_architectures_of(ModelType type, io::Json file) {
  const io::Json* from = file.find("architectures");
  if (!from || !from->is_array()) return file;
  io::Json to = io::Json::array();
  for (const io::Json& each : from->elements()) to.push_back(each.is_string() ? renamed(each.string(), type) : each);
  file["architectures"] = std::move(to);
  return file;
}

}  // namespace bertlet::bert
