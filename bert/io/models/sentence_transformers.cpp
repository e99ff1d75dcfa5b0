#include "bert/io/models/sentence_transformers.h"

#include <algorithm>
#include <array>

#include "bert/io/json/document.h"
#include "bert/io/models/checkpoint.h"
#include "bert/io/models/model_directory.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

namespace fs = std::filesystem;
using io::JsonPlace;

// In the order in which several are concatenated.
struct PoolName {
  std::string_view name, flag;  // today's pooling_mode, and the flag of older versions
  std::optional<SentencePool> pool;
};
constexpr std::array pool_names{
    PoolName{"cls", "pooling_mode_cls_token", SentencePool::cls},
    PoolName{"max", "pooling_mode_max_tokens", SentencePool::max},
    PoolName{"mean", "pooling_mode_mean_tokens", SentencePool::mean},
    PoolName{"mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", SentencePool::mean_sqrt},
    PoolName{"weightedmean", "pooling_mode_weightedmean_tokens", {}},
    PoolName{"lasttoken", "pooling_mode_lasttoken", {}}};
constexpr std::string_view known_pools = "a pooling of cls, max, mean, mean_sqrt_len_tokens";

SentencePool pool_named(const JsonPlace& mode) {
  const auto found = std::ranges::find(pool_names, mode.string(), &PoolName::name);
  if (found == pool_names.end() || !found->pool) mode.refuse(known_pools);
  return *found->pool;
}

// "pooling_mode": "mean", or a list of such; in older versions a flag for each
std::vector<SentencePool> pools_from(const JsonPlace& root) {
  std::vector<SentencePool> pools;
  if (root.has("pooling_mode")) {
    const JsonPlace mode = root["pooling_mode"];
    if (mode.is_string()) return {pool_named(mode)};
    for (std::size_t i = 0; i < mode.size(); ++i) pools.push_back(pool_named(mode[i]));
    return pools;
  }
  for (const PoolName& each : pool_names) {
    if (!root.boolean_or(each.flag, false)) continue;
    if (!each.pool) root[each.flag].refuse(known_pools);
    pools.push_back(*each.pool);
  }
  return pools.empty() ? std::vector{SentencePool::mean} : pools;
}

// What stands behind the last dot: "torch.nn.modules.activation.Tanh"
std::string class_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

Activation activation_from(const JsonPlace& root) {
  if (!root.has("activation_function")) return Activation::tanh;
  const JsonPlace place = root["activation_function"];
  const std::string name = class_of(place.string());
  std::vector<std::string> known;
  for (const ActivationEntry& each : activations()) {
    if (each.torch_module.empty()) continue;
    if (each.torch_module == name) return each.activation;
    known.push_back(each.torch_module);
  }
  place.refuse("one of torch's " + joined(known, " "));
}

void take(const io::Checkpoint& checkpoint, const std::string& name, Tensor& to) {
  const auto found = std::ranges::find(checkpoint.tensors, name, &io::StoredTensor::name);
  require(found != checkpoint.tensors.end(), "{}: '{}' is missing", checkpoint.name, name);
  require(found->shape == to.shape(), "{}: {}: got {}, want {}", checkpoint.name, name, found->shape, to.shape());
  to.adopt(found->finite_array());
}

SentenceDense read_dense(const fs::path& folder) {
  const io::JsonDocument document = io::read_json(folder / "config.json");
  const JsonPlace root = document.root();
  if (root.string_or("module_input_name", "sentence_embedding") != "sentence_embedding")
    root["module_input_name"].refuse("\"sentence_embedding\"");
  const io::Checkpoint checkpoint = io::open_checkpoint(folder);
  SentenceDense dense{Linear(root["in_features"].integer(), root["out_features"].integer()), activation_from(root)};
  take(checkpoint, "linear.weight", dense.linear.weight);
  if (root.boolean_or("bias", true)) take(checkpoint, "linear.bias", dense.linear.bias);
  for (Tensor* each : {&dense.linear.weight, &dense.linear.bias}) each->set_wants_grad(false);
  return dense;
}

void read_pooling(const fs::path& folder, SentenceModules& modules) {
  const io::JsonDocument document = io::read_json(folder / "config.json");
  modules.pools = pools_from(document.root());
  if (!modules.prompt.empty() && !document.root().boolean_or("include_prompt", true))
    document.root()["include_prompt"].refuse("true where there is a default prompt");
}

// sentence_bert_config.json, beside the model
void read_text_settings(const fs::path& directory, SentenceModules& modules) {
  for (const char* name : {"sentence_bert_config.json", "sentence_distilbert_config.json"}) {
    const fs::path file = io::model_directory(directory) / name;
    if (!fs::exists(file)) continue;
    const io::JsonDocument document = io::read_json(file);
    if (document.root().has("max_seq_length")) modules.max_length = document.root()["max_seq_length"].integer();
    modules.lower_case = document.root().boolean_or("do_lower_case", false);
    return;
  }
}

// config_sentence_transformers.json
void read_prompt(const fs::path& directory, SentenceModules& modules) {
  const fs::path file = directory / "config_sentence_transformers.json";
  if (!fs::exists(file)) return;
  const io::JsonDocument document = io::read_json(file);
  const JsonPlace root = document.root();
  if (root.has("default_prompt_name")) modules.prompt = root["prompts"][root["default_prompt_name"].string()].string();
}

void read_module(const JsonPlace& module, const fs::path& directory, SentenceModules& modules) {
  const std::string type = class_of(module["type"].string());
  const fs::path folder = module["path"].string().empty() ? directory : directory / module["path"].file_name();
  if (type == "Transformer") return;
  if (type == "Pooling") return read_pooling(folder, modules);
  if (type == "Dense") return modules.steps.emplace_back(read_dense(folder)), void();
  if (type == "Normalize") return modules.steps.emplace_back(SentenceNormalize{}), void();
  module["type"].refuse("Transformer, Pooling, Dense or Normalize");
}

}  // namespace

std::optional<SentenceModules> read_sentence_modules(const fs::path& directory) {
  if (!fs::exists(directory / "modules.json")) return {};
  const io::JsonDocument document = io::read_json(directory / "modules.json");
  SentenceModules modules;
  read_text_settings(directory, modules);
  read_prompt(directory, modules);
  if (!document.root().is_array()) document.root().refuse("a list of modules");
  for (std::size_t i = 0; i < document.root().size(); ++i) read_module(document.root()[i], directory, modules);
  return modules;
}

}  // namespace bertlet::bert
