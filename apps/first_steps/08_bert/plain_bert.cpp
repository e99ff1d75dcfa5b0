// BERT in plain operations: look-ups, products, softmax, GELU and norms on one text. It reads the checkpoints that
// Hugging Face's BERTs come in, and is compared with bert/model.   build/first_steps/08_bert/plain_bert
// [MODEL-DIRECTORY]
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>
#include <numeric>

#include "bert/heads/word_head.h"
#include "bert/io/models/pretrained.h"
#include "core/ops.h"

using namespace bertlet;
namespace fs = std::filesystem;

// T tokens, H hidden, A heads, D = H / A, F feed-forward, V vocabulary.
struct PlainBert {
  bert::Config config;
  std::map<std::string, Tensor> weights;

  explicit PlainBert(const fs::path& directory) : config(bert::read_config(directory / "config.json")) {
    for (const io::StoredTensor& stored : io::open_checkpoint(directory).tensors)
      weights[stored.name.starts_with("bert.") ? stored.name.substr(5) : stored.name] = stored.array();
  }

  // x Wᵀ + b: [T, in] → [T, out]; the checkpoint has W as [out, in].
  Tensor dense(const Tensor& x, const std::string& name) const {
    return matmul(x, weights.at(name + ".weight"), {.transpose_b = true}) + weights.at(name + ".bias");
  }

  // Each row to mean 0 and variance 1, then scaled and shifted.
  Tensor norm(const Tensor& x, const std::string& name) const {
    const Tensor centered = x - mean(x, -1, Keep::yes);
    const Tensor variance = mean(centered * centered, -1, Keep::yes);
    const Tensor n = centered / sqrt(variance + static_cast<real>(config.layer_norm_eps));
    return n * weights.at(name + ".weight") + weights.at(name + ".bias");
  }

  // x Φ(x)
  static Tensor gelu(const Tensor& x) { return x * (1 + erf(x / std::numbers::sqrt2_v<real>)) / 2; }

  // Word + position + segment: [T, H].
  Tensor embeddings(const std::vector<int64_t>& ids, const std::vector<int64_t>& segments) const {
    std::vector<int64_t> positions(ids.size());
    std::iota(positions.begin(), positions.end(), 0);
    const Tensor x = gather_rows(weights.at("embeddings.word_embeddings.weight"), ids) +
                     gather_rows(weights.at("embeddings.position_embeddings.weight"), positions) +
                     gather_rows(weights.at("embeddings.token_type_embeddings.weight"), segments);
    return norm(x, "embeddings.LayerNorm");
  }

  // [T, H] → [A, T, D]: each head gets its columns.
  Tensor split(const Tensor& x) const {
    return permute(reshape(x, {x.shape()[0], config.num_attention_heads, config.head_size()}), {1, 0, 2});
  }

  Tensor attention(const Tensor& x, const std::string& layer) const {
    const std::string self = layer + ".attention.self.";
    const Tensor q = split(dense(x, self + "query")), k = split(dense(x, self + "key")),
                 v = split(dense(x, self + "value"));
    const real scale = 1 / std::sqrt(static_cast<real>(config.head_size()));
    const Tensor p = softmax(matmul(q, k, {.transpose_b = true}) * scale);     // [A, T, T]
    const Tensor seen = reshape(permute(matmul(p, v), {1, 0, 2}), x.shape());  // [T, H]: heads side by side
    return dense(seen, layer + ".attention.output.dense");
  }

  Tensor feed_forward(const Tensor& x, const std::string& layer) const {
    const Tensor wide = gelu(dense(x, layer + ".intermediate.dense"));  // [T, F]
    return dense(wide, layer + ".output.dense");                        // [T, H]
  }

  // The states of the last layer, [T, H]. BERT is post-LN: the norm comes after the sum, x = norm(x + f(x)).
  Tensor states(const std::vector<int64_t>& ids, const std::vector<int64_t>& segments) const {
    Tensor x = embeddings(ids, segments);
    for (int64_t i = 0; i < config.num_hidden_layers; ++i) {
      const std::string layer = "encoder.layer." + std::to_string(i);
      x = norm(x + attention(x, layer), layer + ".attention.output.LayerNorm");
      x = norm(x + feed_forward(x, layer), layer + ".output.LayerNorm");
    }
    return x;
  }

  // The text as one row, [1, H]: the state of [CLS].
  Tensor pooled(const Tensor& states) const { return tanh(dense(slice(states, 0, 0, 1), "pooler.dense")); }

  // Scores for every word in every place, [T, V]; the word embeddings serve again as the decoder.
  Tensor word_scores(const Tensor& states) const {
    const std::string head = "cls.predictions.";
    const Tensor h = norm(gelu(dense(states, head + "transform.dense")), head + "transform.LayerNorm");
    return matmul(h, weights.at("embeddings.word_embeddings.weight"), {.transpose_b = true}) +
           weights.at(head + "bias");
  }
};

// A small model with first values, in a directory as transformers would read it.
void write_small_model(const fs::path& directory) {
  const bert::Config config{.vocab_size = 40,
                            .hidden_size = 32,
                            .num_hidden_layers = 3,
                            .num_attention_heads = 4,
                            .intermediate_size = 64,
                            .max_position_embeddings = 16,
                            .initializer_range = 0.2};
  bert::PreTraining model(config);
  bert::initialise(model, 1);
  bert::save_model(directory, config, model.parameters());
}

// The largest difference, as a share of the largest number.
void compare(const char* what, const Tensor& plain, const Tensor& ours) {
  const Array a = plain.value(), b = ours.value();
  real difference = 0, largest = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    largest = std::max(largest, std::abs(b[i]));
  }
  fmt::print("{:12} {:8} equal to 1e-6: {}\n", what, fmt::format("{}", b.shape()),
             difference < largest * 1e-6 ? "yes" : "no");
}

int main(int argc, char** argv) {
  const fs::path made = fs::temp_directory_path() / fmt::format("bertlet_book_{}", getpid());
  const fs::path directory = argc > 1 ? fs::path(argv[1]) : made;
  if (argc == 1) write_small_model(directory);
  const PlainBert plain(directory);
  bert::PreTraining model(plain.config);
  bert::load_checkpoint(model.parameters(), model.initial_values(), io::open_checkpoint(directory));
  fs::remove_all(made);

  const std::vector<int64_t> ids{2, 17, 23, 3, 11, 17, 3}, segments{0, 0, 0, 0, 1, 1, 1};
  Pass pass;
  const bert::Scored scored = model.score(bert::Batch::of({{.ids = ids, .types = segments}}), pass);
  const Tensor states = plain.states(ids, segments);
  fmt::print("{} tensors, {} layers\n", plain.weights.size(), plain.config.num_hidden_layers);
  compare("states", states, scored.encoded.last_hidden_state);
  if (plain.weights.contains("pooler.dense.weight"))
    compare("pooled", plain.pooled(states), scored.encoded.pooler_output);
  if (plain.weights.contains("cls.predictions.bias")) compare("word scores", plain.word_scores(states), scored.scores);
}
