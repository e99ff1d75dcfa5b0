#pragma once
#include <fmt/format.h>

#include "nn/parameters.h"

namespace bertlet {

// The parameters of BERT base under Hugging Face's names, all zeros: 109 482 240 numbers in 199 tensors.
inline Parameters base_parameters() {
  std::vector<Parameter> list;
  const auto add = [&](const std::string& name, const Shape& shape) {
    list.push_back({name, Tensor::parameter(Array::filled(shape, 0))});
  };
  const auto linear = [&](const std::string& name, int64_t in, int64_t out) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  };
  const auto norm = [&](const std::string& name) {
    add(name + ".LayerNorm.weight", {768});
    add(name + ".LayerNorm.bias", {768});
  };
  add("embeddings.word_embeddings.weight", {30522, 768});
  add("embeddings.position_embeddings.weight", {512, 768});
  add("embeddings.token_type_embeddings.weight", {2, 768});
  norm("embeddings");
  for (int i = 0; i < 12; ++i) {
    const std::string layer = fmt::format("encoder.layer.{}.", i);
    for (const char* part : {"query", "key", "value"}) linear(layer + "attention.self." + part, 768, 768);
    linear(layer + "attention.output.dense", 768, 768);
    norm(layer + "attention.output");
    linear(layer + "intermediate.dense", 768, 3072);
    linear(layer + "output.dense", 3072, 768);
    norm(layer + "output");
  }
  linear("pooler.dense", 768, 768);
  return Parameters(std::move(list));
}

}  // namespace bertlet
