#include "bert/model/model.h"

#include <algorithm>
#include <iterator>

#include "core/finite.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

const Config& checked(const Config& config) {
  check(config, "config");
  return config;
}

Initialiser weights(const Config& config) {
  const auto deviation = static_cast<real>(config.initializer_range);
  return config.initializer == Initializer::normal ? normal_init(deviation) : truncated_normal_init(deviation);
}

Initialiser words(const Config& config) {
  return [fill = weights(config), pad = config.pad_token_id](Tensor& table, const Rng& rng) {
    fill(table, rng);
    if (!pad) return;
    Array row = table.edit().rows(*pad, *pad + 1);
    std::fill_n(row.data(), row.size(), real{0});
  };
}

}  // namespace

Model::Model(const Config& c, WithPooler with_pooler) : config(checked(c)), embeddings(config), encoder(config) {
  if (with_pooler == WithPooler::yes) pooler.emplace(config);
}

Encoded Model::operator()(const Batch& batch, Pass& pass, const EncoderOptions& options) const {
  require(!options.encoder_states || config.is_decoder,
          "model: got an encoder's states, want is_decoder in the config");
  require(!options.cache || config.is_decoder, "model: got a cache, want is_decoder in the config");
  return options.cache ? encoded(options.cache->joined(batch, options.encoder_states), pass, options)
                       : encoded(batch, pass, options);
}

Encoded Model::encoded(const Batch& batch, Pass& pass, const EncoderOptions& options) const {
  EncoderOptions with_pooler = options;
  if (pooler && !options.rows.empty())
    std::ranges::copy(batch.spans.first_rows(), std::back_inserter(with_pooler.rows));
  Encoded to = encoder(embeddings(batch, pass), batch, pass, with_pooler);
  if (!pass.training) require_finite(to.last_hidden_state.value(), "the model's states");
  if (pooler) to.pooler_output = (*pooler)(to.last_hidden_state, batch.spans);
  return to;
}

std::vector<InitRule> initial_values(const Config& config) {
  return {{"*bias", constant(0)},
          {"*LayerNorm.weight", constant(1)},
          {"*word_embeddings.weight", words(config)},
          {"*", weights(config)}};
}

void initialise(Parameters& parameters, const Config& config, std::uint64_t seed) {
  bertlet::initialise(parameters, seed, initial_values(config));
}

int freeze_layers(Parameters& parameters, int64_t layers) {
  int frozen = parameters.freeze("*embeddings.*");
  for (int64_t i = 0; i < layers; ++i) frozen += parameters.freeze(fmt::format("*encoder.layer.{}.*", i));
  return frozen;
}

}  // namespace bertlet::bert

template void bertlet::visit_member(const std::string&, bertlet::bert::Model&, const Found&);
