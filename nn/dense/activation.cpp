#include "nn/dense/activation.h"

#include <algorithm>

#include "core/names.h"
#include "core/require.h"

namespace bertlet {

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
