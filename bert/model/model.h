#pragma once
#include "bert/model/embeddings.h"
#include "bert/model/encoder.h"
#include "nn/init.h"
#include "nn/sequence/pooling.h"

namespace bertlet::bert {

// A sequence as one row: its first row, [CLS], through a dense layer. [N, H] → [B, H].
struct Pooler {
  Linear dense;
  Activation activation;

  explicit Pooler(const Config& config)
      : dense(config.hidden_size, config.hidden_size), activation(config.pooler_activation()) {}

  Tensor operator()(const Tensor& x, const Spans& spans) const {
    return dense(pool(x, spans, Pooling::first), activation);
  }

  void visit(auto&& f) { f("dense", dense); }
};

enum class WithPooler { no, yes };

// BERT without a head.
//
//   Model model(named_config("tiny"));
//   Parameters parameters = parameters_of(model);
//   initialise(parameters, model.config, 42);
//   Pass pass;
//   const Encoded encoded = model(Batch::of({{.ids = {101, 7592, 102}}}), pass);
struct Model {
  Config config;
  Embeddings embeddings;
  Encoder encoder;
  std::optional<Pooler> pooler;

  explicit Model(const Config& c, WithPooler with_pooler = WithPooler::yes);
  Encoded operator()(const Batch& batch, Pass& pass, const EncoderOptions& options = {}) const;

  void visit(auto&& f) {
    f("embeddings", embeddings);
    f("encoder", encoder);
    f("pooler", pooler);
  }

 private:
  Encoded encoded(const Batch& batch, Pass& pass, const EncoderOptions& options) const;
};

// First values: weights as the config says, biases 0, norms 1, the pad's embedding 0. They are a head's too, where it
// has none of its own.
std::vector<InitRule> initial_values(const Config& config);
void initialise(Parameters& parameters, const Config& config, std::uint64_t seed);

// Embeddings and the first layers stay as they are in training; how many tensors that is.
int freeze_layers(Parameters& parameters, int64_t layers);

}  // namespace bertlet::bert

namespace bertlet {

extern template void visit_member(const std::string&, bert::Model&, const Found&);  // compiled once

}  // namespace bertlet
