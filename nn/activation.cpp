#include "nn/activation.h"

#include <algorithm>

#include "core/joined.h"
#include "core/require.h"

namespace bertlet {

namespace {

struct NamedActivation {
  std::string_view name;
  Activation activation;
};

constexpr NamedActivation all_named[] = {
    {"gelu", Activation::gelu},           {"gelu_new", Activation::gelu_tanh},
    {"gelu_fast", Activation::gelu_tanh}, {"gelu_pytorch_tanh", Activation::gelu_tanh},
    {"gelu_python", Activation::gelu},    {"relu", Activation::relu},
    {"tanh", Activation::tanh},           {"sigmoid", Activation::sigmoid},
    {"silu", Activation::silu},           {"swish", Activation::silu},
    {"linear", Activation::none},
};

}  // namespace

Activation activation_named(const std::string& name) {
  const auto* found = std::ranges::find(all_named, name, &NamedActivation::name);
  require(found != std::end(all_named), "hidden_act: got '{}', want one of: {}", name, joined(activation_names(), " "));
  return found->activation;
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const NamedActivation& each : all_named) names.emplace_back(each.name);
  return names;
}

}  // namespace bertlet
