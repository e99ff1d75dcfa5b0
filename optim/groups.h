#pragma once
#include <optional>
#include <string>
#include <vector>

#include "nn/parameters.h"

namespace bertlet::optim {

// Settings of their own for the parameters whose names match a pattern. Where several groups match, the rates multiply
// and the first weight decay counts.
//
//   AdamW optimizer(parameters, {.lr = 2e-5, .groups = {no_decay(), {.patterns = {"classifier.*"}, .lr_scale = 10}}});
struct Group {
  std::vector<std::string> patterns;
  std::optional<double> weight_decay = {};
  double lr_scale = 1;
};

Group no_decay();  // biases and LayerNorm, as every BERT is trained

// The rate falls by `factor` from each layer to the one below it, and once more to the embeddings: `layer` names a
// layer's parameters with {} for its number, such as "*encoder.layer.{}.*".
std::vector<Group> layerwise_decay(double factor, int layers, const std::string& layer, const std::string& embeddings);

struct Settings {
  double weight_decay, lr_scale;
};
Settings settings_for(const std::string& name, double weight_decay, const std::vector<Group>& groups);

}  // namespace bertlet::optim
