#include "bert/model/cost.h"

#include <algorithm>

namespace bertlet::bert {

// Of each layer backward needs what goes into its products and norms: eight rows of H and two of F. The largest
// moment of inference is between the two products of a feed-forward, or with query, key and value side by side.
TokenCost token_cost(const Config& config, int64_t length) {
  const int64_t H = config.hidden_size, F = config.intermediate_size, L = config.num_hidden_layers;
  return {.inference_numbers = std::max(6 * H, 4 * H + F),
          .training_numbers = L * (8 * H + 2 * F) + 3 * H + F,
          .multiply_adds = L * (4 * H * H + 2 * H * F + 2 * length * H)};
}

}  // namespace bertlet::bert
