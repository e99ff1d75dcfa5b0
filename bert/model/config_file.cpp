// Config from and to config.json.
#include <algorithm>
#include <array>
#include <charconv>

#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "bert/model/config.h"
#include "bert/model/model_type.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

using io::Json;

template <class E>
struct Names;
template <>
struct Names<Relative> {
  static constexpr std::array<const char*, 3> values{"absolute", "relative_key", "relative_key_query"};
};
template <>
struct Names<Problem> {
  static constexpr std::array<const char*, 4> values{"", "regression", "single_label_classification",
                                                     "multi_label_classification"};
};
template <>
struct Names<Initializer> {
  static constexpr std::array<const char*, 2> values{"normal", "truncated_normal"};
};

// f(key, member) for what stands in every BERT's file, and for what does where it is not the default.
void visit_always(auto& config, auto&& f) {
  f("vocab_size", config.vocab_size);
  f("hidden_size", config.hidden_size);
  f("num_hidden_layers", config.num_hidden_layers);
  f("num_attention_heads", config.num_attention_heads);
  f("intermediate_size", config.intermediate_size);
  f("hidden_act", config.hidden_act);
  f("hidden_dropout_prob", config.hidden_dropout_prob);
  f("attention_probs_dropout_prob", config.attention_probs_dropout_prob);
  f("max_position_embeddings", config.max_position_embeddings);
  f("type_vocab_size", config.type_vocab_size);
  f("initializer_range", config.initializer_range);
  f("layer_norm_eps", config.layer_norm_eps);
  f("pad_token_id", config.pad_token_id);
  f("position_embedding_type", config.position_embedding_type);
  f("classifier_dropout", config.classifier_dropout);
}
void visit_sometimes(auto& config, auto&& f) {
  f("is_decoder", config.is_decoder);
  f("add_cross_attention", config.add_cross_attention);
  f("tie_word_embeddings", config.tie_word_embeddings);
  f("chunk_size_feed_forward", config.chunk_size_feed_forward);
  f("problem_type", config.problem_type);
  f("initializer", config.initializer);
}

void take(const io::JsonPlace& place, int64_t& member) { member = place.integer(); }
void take(const io::JsonPlace& place, double& member) { member = place.number(); }
void take(const io::JsonPlace& place, bool& member) { member = place.boolean(); }
void take(const io::JsonPlace& place, std::string& member) { member = place.string(); }
template <class T>
void take(const io::JsonPlace& place, std::optional<T>& member) {
  take(place, member.emplace());
}
template <class E>
requires std::is_enum_v<E>
void take(const io::JsonPlace& place, E& member) {
  const auto& names = Names<E>::values;
  const auto found = std::ranges::find(names, place.string());
  if (found == names.end()) place.refuse(fmt::format("one of:{}{}", *names[0] ? " " : "", joined(names, " ")));
  member = static_cast<E>(found - names.begin());
}

template <class T>
Json given(const T& member) {
  return member;
}
template <class T>
Json given(const std::optional<T>& member) {
  return member ? Json(*member) : Json();
}
template <class E>
requires std::is_enum_v<E> Json given(const E& member) {
  const std::string name = Names<E>::values[to_size(member)];
  return name.empty() ? Json() : Json(name);
}

// {"0": "negative", "1": "positive"}
std::vector<std::string> labels_from(const io::JsonPlace& id2label) {
  std::vector<std::string> labels;
  if (!id2label.is_object() || id2label.size() == 0) id2label.refuse("an object of labels");
  for (std::size_t i = 0; i < id2label.size(); ++i) labels.push_back(id2label[std::to_string(i)].string());
  return labels;
}

void read_labels(const io::JsonPlace& root, Config& config) {
  if (root.has("id2label"))
    config.labels = labels_from(root["id2label"]);
  else if (root.has("num_labels")) {
    const io::JsonPlace place = root["num_labels"];
    if (place.integer() < 1 || place.integer() > 1'000'000) place.refuse("1 … 1000000");
    config.set_num_labels(place.integer());
  }
}

void write_labels(const Config& config, Json& file) {
  if (config.labels == Config().labels && !file.contains("id2label")) return;
  Json names = Json::object(), ids = Json::object();
  for (std::size_t i = 0; i < config.labels.size(); ++i) {
    names[std::to_string(i)] = config.labels[i];
    ids[config.labels[i]] = i;
  }
  const bool same = file.contains("id2label") && file["id2label"] == names;
  file["id2label"] = std::move(names);
  if (!same || !file.contains("label2id")) file["label2id"] = std::move(ids);
  file.erase("num_labels");
}

// {"0": [2, 5]}: layer and heads
HeadsByLayer heads_from(const io::JsonPlace& place) {
  HeadsByLayer heads;
  if (!place.is_object()) place.refuse("an object of layers");
  for (const std::string& key : place.keys()) {
    const io::JsonPlace list = place[key];
    int64_t layer = -1;
    const char* end = key.data() + key.size();
    if (std::from_chars(key.data(), end, layer).ptr != end) place.refuse("numbers of layers as keys");
    if (!list.is_array()) list.refuse("a list of heads");
    for (std::size_t i = 0; i < list.size(); ++i) heads[layer].insert(list[i].integer());
  }
  return heads;
}

void write_pruned(const Config& config, Json& file) {
  if (config.pruned_heads.empty() && !file.contains("pruned_heads")) return;
  Json layers = Json::object();
  for (const auto& [layer, heads] : config.pruned_heads) layers[std::to_string(layer)] = heads;
  file["pruned_heads"] = std::move(layers);
}

void require_range(const std::string& name, const char* key, int64_t value, int64_t least, int64_t most) {
  require(least <= value && value <= most, "{}: {}: got {}, want {} … {}", name, key, value, least, most);
}

void require_heads_left(const std::string& name, const Config& config) {
  for (const auto& [layer, heads] : config.pruned_heads) {
    require_range(name, "pruned_heads: layer", layer, 0, config.num_hidden_layers - 1);
    for (const int64_t head : heads) require_range(name, "pruned_heads: head", head, 0, config.num_attention_heads - 1);
    require(!config.heads_of(layer).empty(), "{}: pruned_heads: got all {} heads of layer {}, want one left", name,
            heads.size(), layer);
  }
}

void require_rate(const std::string& name, const char* key, double rate) {
  require(0 <= rate && rate < 1, "{}: {}: got {}, want a rate from 0 to below 1", name, key, rate);
}

}  // namespace

void check(const Config& config, const std::string& name) {
  constexpr int64_t most = int64_t{1} << 31;
  require_range(name, "vocab_size", config.vocab_size, 1, 1 << 24);
  require_range(name, "hidden_size", config.hidden_size, 1, 1 << 20);
  require_range(name, "num_hidden_layers", config.num_hidden_layers, 0, 1 << 10);
  require_range(name, "num_attention_heads", config.num_attention_heads, 1, config.hidden_size);
  require_range(name, "intermediate_size", config.intermediate_size, 1, 1 << 24);
  require_range(name, "max_position_embeddings", config.max_position_embeddings, 1, 1 << 24);
  require_range(name, "type_vocab_size", config.type_vocab_size, 0, 1 << 24);
  require_range(name, "pad_token_id", config.pad_token_id.value_or(0), 0, config.vocab_size - 1);
  require_range(name, "chunk_size_feed_forward", config.chunk_size_feed_forward, 0, most);
  require_rate(name, "hidden_dropout_prob", config.hidden_dropout_prob);
  require_rate(name, "attention_probs_dropout_prob", config.attention_probs_dropout_prob);
  require_rate(name, "classifier_dropout", config.classifier_dropout.value_or(0));
  require(config.hidden_size % config.num_attention_heads == 0,
          "{}: num_attention_heads: got {} for hidden_size {}, want a divisor", name, config.num_attention_heads,
          config.hidden_size);
  require(config.layer_norm_eps > 0, "{}: layer_norm_eps: got {}, want more than 0", name, config.layer_norm_eps);
  require(config.initializer_range > 0, "{}: initializer_range: got {}, want more than 0", name,
          config.initializer_range);
  require(config.is_decoder || !config.add_cross_attention,
          "{}: add_cross_attention: got true, want is_decoder with it", name);
  require_heads_left(name, config);
}

Config parse_config(std::string_view text, const std::string& name) {
  const io::JsonDocument document = io::parse_json(text, name);
  const io::JsonPlace root = document.root();
  if (!root.is_object()) root.refuse("an object");
  Config config = defaults_of(model_type_of(root, name));
  const auto read = [&](const char* key, auto& member) {
    const char* known = key_in_file(config.model_type, key);
    if (known && root.has(known)) take(root[known], member);
  };
  visit_always(config, read);
  visit_sometimes(config, read);
  if (root.value().contains("pad_token_id") && !root.has("pad_token_id")) config.pad_token_id = {};
  read_labels(root, config);
  if (root.has("pruned_heads")) config.pruned_heads = heads_from(root["pruned_heads"]);
  try {
    config.activation();
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", name, error.what()));
  }
  check(config, name);
  config.file = with_architectures_of(ModelType::bert, root.value());
  return config;
}

Config config_from(const std::string& name) { return name.ends_with(".json") ? read_config(name) : named_config(name); }

std::string config_text(const Config& config) {
  Json file = config.file;
  if (file.empty()) file["architectures"] = {"BertModel"};
  if (!file.contains("vocab_size"))  // made here: without a type no Auto class takes the model
    file["model_type"] = name_of(config.model_type);
  file = with_architectures_of(config.model_type, std::move(file));
  visit_always(config, [&](const char* key, const auto& member) {
    if (const char* known = key_in_file(config.model_type, key)) file[known] = given(member);
  });
  Json defaults;
  const Config plain;
  visit_sometimes(plain, [&](const char* key, const auto& member) { defaults[key] = given(member); });
  visit_sometimes(config, [&](const char* key, const auto& member) {
    if (file.contains(key) || given(member) != defaults[key]) file[key] = given(member);
  });
  write_labels(config, file);
  write_pruned(config, file);
  return file.dump(2) + "\n";
}

Config read_config(const std::filesystem::path& file) {
  return parse_config(io::read_file(io::verified(file)), file.string());
}
void write_config(const std::filesystem::path& file, const Config& config) {
  io::write_file(file, config_text(config));
}

}  // namespace bertlet::bert
