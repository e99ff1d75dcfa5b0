#include "optim/groups.h"

#include <algorithm>
#include <cmath>

#include "core/require.h"

namespace bertlet::optim {

Group no_decay() {
  return {.patterns = {"*bias", "*LayerNorm.weight", "*layer_norm.weight", "*norm.weight"}, .weight_decay = 0};
}

std::vector<Group> layerwise_decay(double factor, int layers, const std::string& layer, const std::string& embeddings) {
  const std::size_t number = layer.find("{}");
  require(number != std::string::npos, "layerwise_decay: got the pattern {}, want one with {{}} for the layer's number",
          layer);
  std::vector<Group> groups{{.patterns = {embeddings}, .lr_scale = std::pow(factor, layers)}};
  for (int i = 0; i < layers; ++i)
    groups.push_back({.patterns = {std::string(layer).replace(number, 2, std::to_string(i))},
                      .lr_scale = std::pow(factor, layers - 1 - i)});
  return groups;
}

Settings settings_for(const std::string& name, double weight_decay, const std::vector<Group>& groups) {
  Settings settings{weight_decay, 1};
  bool decay_set = false;
  for (const Group& group : groups) {
    if (std::ranges::none_of(group.patterns, [&](const std::string& pattern) { return matches(pattern, name); }))
      continue;
    settings.lr_scale *= group.lr_scale;
    if (group.weight_decay && !std::exchange(decay_set, true)) settings.weight_decay = *group.weight_decay;
  }
  return settings;
}

}  // namespace bertlet::optim
