#pragma once
#include <functional>

#include "core/random.h"
#include "nn/parameters.h"

namespace bertlet {

// Random numbers that belong to a name: a parameter gets the same values whatever was made before it.
Rng rng_for(std::uint64_t seed, std::string_view name);

// Each fills a parameter and leaves its gradient alone. Matrices are [out, in, …], as PyTorch counts fans.
using Initialiser = std::function<void(Tensor&, const Rng&)>;

Initialiser constant(real value);
Initialiser normal_init(real deviation = real(0.02), real mean = 0);
Initialiser truncated_normal_init(real deviation = real(0.02));  // redrawn beyond two deviations, as TensorFlow does
Initialiser uniform_init(real low, real high);
Initialiser xavier_uniform(real gain = 1);                  // ± gain √(6 / (in + out))
Initialiser xavier_normal(real gain = 1);                   // deviation gain √(2 / (in + out))
Initialiser kaiming_uniform(real gain = real(1.41421356));  // ± gain √(3 / in); √2 is right for relu
Initialiser kaiming_normal(real gain = real(1.41421356));   // deviation gain / √in
Initialiser orthogonal(real gain = 1);                      // rows (or columns, whichever are fewer) at right angles

// The first rule whose pattern matches a parameter's name fills it; a parameter without a rule keeps its values.
struct InitRule {
  std::string pattern;
  Initialiser fill;
};
void initialise(Parameters& parameters, std::uint64_t seed, const std::vector<InitRule>& rules);

}  // namespace bertlet
