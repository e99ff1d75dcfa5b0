#pragma once
#include <vector>

#include "core/random.h"

namespace bertlet {

// How a model is run: mode and randomness travel as an argument, never as hidden state.
//
//   Pass pass{.training = true, .rng = {.seed = 1, .step = 17}};
//   Tensor y = model(x, pass);
struct Pass {
  bool training = false;  // dropout works only here
  Rng rng = {};

  // The numbers of the rows at hand, where they are some of all: each drops what it would drop among all.
  std::vector<int64_t> rows = {};

  // The random numbers of the next place that draws. Places are numbered in the order the model runs through them.
  Rng next_site() {
    Rng here = rng;
    ++rng.site;
    return here;
  }
};

}  // namespace bertlet
