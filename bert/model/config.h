#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bert/io/json/value.h"
#include "nn/attention/attention.h"
#include "nn/dense/activation.h"

namespace bertlet::bert {

// DistilBERT (Sanh et al. 2019) is a BERT without token types whose pooler ends in ReLU; its files have names of their
// own, which are read as BERT's and written as they were.
enum class ModelType { bert, distilbert };

enum class Initializer { normal, truncated_normal };  // truncated: redrawn beyond two deviations

// What the label of a sequence is. `inferred`, as Hugging Face does: one label is regression, several with whole
// numbers are classes that exclude each other, several with fractions do not.
enum class Problem { inferred, regression, single_label, multi_label };

// Heads of each layer that is named, under the numbers they have in a model with all heads.
using HeadsByLayer = std::map<int64_t, std::set<int64_t>>;

// Which BERT: the contents of config.json under Hugging Face's names. The defaults are BERT-base as Hugging Face has
// it.
//
//   Config config = named_config("tiny");
//   config.position_embedding_type = Relative::key;
//   write_config("model/config.json", config);
struct Config {
  ModelType model_type = ModelType::bert;
  int64_t vocab_size = 30522;        // V
  int64_t hidden_size = 768;         // H
  int64_t num_hidden_layers = 12;    // L
  int64_t num_attention_heads = 12;  // A
  int64_t intermediate_size = 3072;  // F
  std::string hidden_act = "gelu";   // gelu_new is the approximation by tanh
  double hidden_dropout_prob = 0.1;  // of what is added to the residual, and of the embeddings
  double attention_probs_dropout_prob = 0.1;
  int64_t max_position_embeddings = 512;
  int64_t type_vocab_size = 2;      // 0: no token types
  double initializer_range = 0.02;  // the deviation of first values
  double layer_norm_eps = 1e-12;
  std::optional<int64_t> pad_token_id = 0;            // its embedding gets no gradient from being looked up
  Relative position_embedding_type = Relative::none;  // none: absolute
  std::optional<double> classifier_dropout = {};      // if not given, hidden_dropout_prob

  bool is_decoder = false;           // attention is causal
  bool add_cross_attention = false;  // a decoder's layers also look at an encoder's states
  bool tie_word_embeddings = true;   // the decoder of a language model shares the word embeddings
  int64_t chunk_size_feed_forward =
      0;                           // rows that go through a feed-forward at once; 0: all. The numbers stay the same
  HeadsByLayer pruned_heads = {};  // that are gone from self-attention
  Problem problem_type = Problem::inferred;
  Initializer initializer = Initializer::normal;
  std::vector<std::string> labels = {"LABEL_0", "LABEL_1"};  // id2label

  io::Json file = io::Json::object();  // as it was read: keys unknown here stay, in order

  int64_t num_labels() const { return static_cast<int64_t>(labels.size()); }
  void set_num_labels(int64_t count);  // LABEL_0, LABEL_1, …
  void set_dropout(double rate);       // everywhere
  int64_t head_size() const { return hidden_size / num_attention_heads; }
  std::vector<int64_t> all_heads() const;              // 0, 1, 2, …
  std::vector<int64_t> heads_of(int64_t layer) const;  // those that are left
  Activation activation() const { return activation_named(hidden_act); }
  Activation pooler_activation() const;
  double attention_output_dropout() const;  // of what attention adds to the residual
  real classifier_rate() const { return static_cast<real>(classifier_dropout.value_or(hidden_dropout_prob)); }
};

std::vector<std::string> size_names();
Config named_config(const std::string& name);  // tiny mini small medium base large

// What their authors chose where they differ: google has GELU by tanh and truncated first values.
enum class Preset { huggingface, google };
Config with_preset(Config config, Preset preset);

Config parse_config(std::string_view text, const std::string& name);  // errors begin with the name
Config read_config(const std::filesystem::path& file);
Config config_from(const std::string& name);  // a file if it ends in .json, else a size
std::string config_text(const Config& config);
void write_config(const std::filesystem::path& file, const Config& config);

void check(const Config& config, const std::string& name);  // an error if no model can have these sizes

// Numbers in the parameters, without making them.
struct ParameterCount {
  int64_t embeddings, layer, layers, pooler;  // a layer with all heads; all layers, with the heads that are left
  int64_t language_model, next_sentence, classifier;
};
ParameterCount count_parameters(const Config& config);
int64_t encoder_and_pooler(const Config& config);

// What a token costs in a BERT without its head. Tests hold the memory against what a run takes.
struct TokenCost {
  int64_t inference_numbers;  // that live at once
  int64_t training_numbers;   // with all that backward needs
  int64_t multiply_adds;      // forward; backward takes twice as many
};
TokenCost token_cost(const Config& config, int64_t length);  // in a sequence of so many

// Numbers that each parameter has in training: its value, its gradient and Adam's two moments.
inline constexpr int64_t numbers_per_trained_parameter = 4;

}  // namespace bertlet::bert
