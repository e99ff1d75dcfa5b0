#include "bert/model/config.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/mapped.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

struct Size {
  std::string_view name;
  int64_t layers, hidden, heads;
};
constexpr std::array<Size, 6> sizes{{{"tiny", 2, 128, 2},
                                     {"mini", 4, 256, 4},
                                     {"small", 4, 512, 8},
                                     {"medium", 8, 512, 8},
                                     {"base", 12, 768, 12},
                                     {"large", 24, 1024, 16}}};

}  // namespace

void Config::set_num_labels(int64_t count) {
  labels.clear();
  for (int64_t i = 0; i < count; ++i) labels.push_back(fmt::format("LABEL_{}", i));
}

void Config::set_dropout(double rate) {
  hidden_dropout_prob = attention_probs_dropout_prob = rate;
  classifier_dropout = rate;
}

std::vector<int64_t> Config::all_heads() const {
  std::vector<int64_t> heads(to_size(num_attention_heads));
  std::iota(heads.begin(), heads.end(), 0);
  return heads;
}

std::vector<int64_t> Config::heads_of(int64_t layer) const {
  std::vector<int64_t> left = all_heads();
  if (const auto pruned = pruned_heads.find(layer); pruned != pruned_heads.end())
    std::erase_if(left, [&](int64_t head) { return pruned->second.contains(head); });
  return left;
}

Activation Config::pooler_activation() const {
  return model_type == ModelType::distilbert ? Activation::relu : Activation::tanh;
}

double Config::attention_output_dropout() const {
  return model_type == ModelType::distilbert ? 0 : hidden_dropout_prob;
}

std::vector<std::string> size_names() {
  return mapped(sizes, [](const Size& size) { return std::string(size.name); });
}

Config named_config(const std::string& name) {
  const auto size = std::ranges::find(sizes, name, &Size::name);
  require(size != sizes.end(), "config: got '{}', want one of: tiny mini small medium base large", name);
  Config config;
  config.num_hidden_layers = size->layers;
  config.hidden_size = size->hidden;
  config.num_attention_heads = size->heads;
  config.intermediate_size = 4 * size->hidden;
  return config;
}

Config with_preset(Config config, Preset preset) {
  const bool google = preset == Preset::google;
  config.hidden_act = google ? "gelu_new" : "gelu";
  config.initializer = google ? Initializer::truncated_normal : Initializer::normal;
  return config;
}

ParameterCount count_parameters(const Config& config) {
  const int64_t H = config.hidden_size, F = config.intermediate_size, V = config.vocab_size;
  const int64_t positions = config.max_position_embeddings, norm = 2 * H, dense = H * H + H;
  const int64_t attention = 4 * dense + norm, feed_forward = H * F + F + F * H + H + norm;
  const int64_t distances =
      config.position_embedding_type == Relative::none ? 0 : (2 * positions - 1) * config.head_size();
  const int64_t layer = attention + distances + (config.add_cross_attention ? attention : 0) + feed_forward;
  const int64_t head = config.head_size() * (4 * H + 3);  // its rows of query, key and value, its columns of the output
  int64_t pruned = 0;
  for (const auto& [_, heads] : config.pruned_heads) pruned += static_cast<int64_t>(heads.size());
  return {
      .embeddings = (V + positions + config.type_vocab_size) * H + norm,
      .layer = layer,
      .layers = config.num_hidden_layers * layer - pruned * head,
      .pooler = dense,
      .language_model = dense + norm + V + (config.tie_word_embeddings ? 0 : V * H),
      .next_sentence = 2 * H + 2,
      .classifier = config.num_labels() * (H + 1),
  };
}

int64_t encoder_and_pooler(const Config& config) {
  const ParameterCount count = count_parameters(config);
  return count.embeddings + count.layers + count.pooler;
}

// Of each layer backward needs what goes into its products and norms: eight rows of H and two of F. The largest
// moment of inference is between the two products of a feed-forward, or with query, key and value side by side.
TokenCost token_cost(const Config& config, int64_t length) {
  const int64_t H = config.hidden_size, F = config.intermediate_size, L = config.num_hidden_layers;
  return {.inference_numbers = std::max(6 * H, 4 * H + F),
          .training_numbers = L * (8 * H + 2 * F) + 3 * H + F,
          .multiply_adds = L * (4 * H * H + 2 * H * F + 2 * length * H)};
}

}  // namespace bertlet::bert
