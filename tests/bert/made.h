#pragma once
#include "bert/heads/network.h"
#include "bert/io/models/pretrained.h"
#include "tests/bits.h"

// Small models with first values, and whether two have the same.
namespace bertlet {

inline bert::Config small() {
  return bert::parse_config(R"({"vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 16, "max_position_embeddings": 10})",
                            "config");
}

// A network by Hugging Face's name, with first values.
struct Made {
  std::unique_ptr<bert::Network> network;
  Parameters& parameters;

  Made(const char* name, const bert::Config& config, std::uint64_t seed)
      : network(bert::make_network(name, config)), parameters(network->parameters()) {
    bert::initialise(*network, seed);
  }
  StateReport load(const std::filesystem::path& file, std::uint64_t seed = 1) {
    return bert::load_checkpoint(parameters, network->initial_values(), io::open_checkpoint(file), seed);
  }
  Array value(const char* name) const { return parameters.find(name).value(); }
};

inline bool same(const Parameters& a, const Parameters& b, const std::string& a_prefix = "",
                 const std::string& b_prefix = "") {
  int compared = 0;
  for (const Parameter& parameter : a.list()) {
    if (!parameter.name.starts_with(a_prefix)) continue;
    const Tensor other = b.find(b_prefix + parameter.name.substr(a_prefix.size()));
    if (!other || !same_bits(other.value(), parameter.tensor.value())) return false;
    ++compared;
  }
  return compared > 0;
}

}  // namespace bertlet
