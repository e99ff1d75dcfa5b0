#include "nn/dense/activation.h"

#include <algorithm>

#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet {

namespace {

Tensor same(const Tensor& x) { return x; }
Tensor silu(const Tensor& x) { return x * sigmoid(x); }

}  // namespace

const std::vector<ActivationEntry>& activations() {
  static const std::vector<ActivationEntry> all = {
      {Activation::gelu, {"gelu", "gelu_python"}, "GELU", gelu},
      {Activation::gelu_tanh, {"gelu_new", "gelu_fast", "gelu_pytorch_tanh"}, "", gelu_tanh},
      {Activation::relu, {"relu"}, "ReLU", relu},
      {Activation::tanh, {"tanh"}, "Tanh", tanh},
      {Activation::sigmoid, {"sigmoid"}, "Sigmoid", sigmoid},
      {Activation::silu, {"silu", "swish"}, "SiLU", silu},
      {Activation::none, {"linear"}, "Identity", same},
  };
  return all;
}

Activation activation_named(const std::string& name) {
  for (const ActivationEntry& each : activations())
    if (std::ranges::find(each.names, name) != each.names.end()) return each.activation;
  fail("hidden_act: got '{}', want one of: {}", fmt::make_format_args(name, joined(activation_names(), " ")));
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const ActivationEntry& each : activations()) names.insert(names.end(), each.names.begin(), each.names.end());
  return names;
}

}  // namespace bertlet
