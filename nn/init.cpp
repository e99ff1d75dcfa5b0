#include "nn/init.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/arithmetic.h"
#include "core/require.h"

namespace bertlet {

namespace {

struct Fans {
  real in, out;
};

Fans fans_of(const char* initialiser, const Shape& shape) {
  require(shape.rank() >= 2, "{}: got {}, want a matrix [out, in, …]", initialiser, shape);
  const int64_t window = shape.without(0).without(0).count();
  return {static_cast<real>(shape[1] * window), static_cast<real>(shape[0] * window)};
}

// Gram and Schmidt, twice, which is enough: the rows of q[rows, cols], rows ≤ cols, come to stand at right angles.
void orthonormalise(std::vector<double>& q, std::size_t rows, std::size_t cols) {
  const auto dot = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t c = 0; c < cols; ++c) sum += q[a * cols + c] * q[b * cols + c];
    return sum;
  };
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t earlier = 0; earlier < 2 * r; ++earlier) {
      const double overlap = dot(r, earlier % r);
      for (std::size_t c = 0; c < cols; ++c) q[r * cols + c] -= overlap * q[earlier % r * cols + c];
    }
    const double length = std::sqrt(dot(r, r));
    for (std::size_t c = 0; c < cols; ++c) q[r * cols + c] /= length;
  }
}

}  // namespace

// FNV-1a over the name.
Rng rng_for(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return {.seed = seed, .step = hash};
}

Initialiser constant(real value) {
  return [=](Tensor& t, const Rng&) { arithmetic().fill(value, t.edit().data(), t.value().size()); };
}

Initialiser normal_init(real deviation, real mean) {
  return [=](Tensor& t, const Rng& rng) { normal(rng, mean, deviation, t.edit().data(), t.value().size()); };
}

Initialiser truncated_normal_init(real deviation) {
  return [=](Tensor& t, const Rng& rng) { truncated_normal(rng, 0, deviation, t.edit().data(), t.value().size()); };
}

Initialiser uniform_init(real low, real high) {
  return [=](Tensor& t, const Rng& rng) { uniform(rng, low, high, t.edit().data(), t.value().size()); };
}

Initialiser xavier_uniform(real gain) {
  return [=](Tensor& t, const Rng& rng) {
    const auto [in, out] = fans_of("xavier_uniform", t.shape());
    const real bound = gain * std::sqrt(6 / (in + out));
    uniform_init(-bound, bound)(t, rng);
  };
}

Initialiser xavier_normal(real gain) {
  return [=](Tensor& t, const Rng& rng) {
    const auto [in, out] = fans_of("xavier_normal", t.shape());
    normal_init(gain * std::sqrt(2 / (in + out)))(t, rng);
  };
}

Initialiser kaiming_uniform(real gain) {
  return [=](Tensor& t, const Rng& rng) {
    const real bound = gain * std::sqrt(3 / fans_of("kaiming_uniform", t.shape()).in);
    uniform_init(-bound, bound)(t, rng);
  };
}

Initialiser kaiming_normal(real gain) {
  return [=](Tensor& t, const Rng& rng) {
    normal_init(gain / std::sqrt(fans_of("kaiming_normal", t.shape()).in))(t, rng);
  };
}

Initialiser orthogonal(real gain) {
  return [=](Tensor& t, const Rng& rng) {
    require(t.shape().rank() >= 2, "orthogonal: got {}, want a matrix [out, in, …]", t.shape());
    const auto out = to_size(t.shape()[0]), in = to_size(t.shape().without(0).count());
    const std::size_t rows = std::min(out, in), cols = std::max(out, in);
    const Array drawn = normal(rng, {t.value().size()});
    std::vector<double> q(drawn.data(), drawn.data() + drawn.size());
    orthonormalise(q, rows, cols);
    Array value = t.edit();
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c)
        value[static_cast<int64_t>(out <= in ? r * in + c : c * in + r)] = static_cast<real>(gain * q[r * cols + c]);
  };
}

void initialise(Parameters& parameters, std::uint64_t seed, const std::vector<InitRule>& rules) {
  for (const Parameter& parameter : parameters.list()) {
    const auto rule =
        std::ranges::find_if(rules, [&](const InitRule& r) { return matches(r.pattern, parameter.name); });
    if (rule == rules.end()) continue;
    Tensor tensor = parameter.tensor;
    rule->fill(tensor, rng_for(seed, parameter.name));
  }
}

}  // namespace bertlet
