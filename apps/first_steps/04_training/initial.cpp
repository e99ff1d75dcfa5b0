// Why first values matter: numbers that pass through ten layers of weights drawn with different deviations.
#include <cmath>

#include "core/ops.h"
#include "core/random.h"

using namespace bertlet;

constexpr int64_t rows = 64, width = 256, layers = 10;

double deviation(const Tensor& x) { return std::sqrt(static_cast<double>(mean(x * x).item())); }

int main() {
  fmt::print("deviation of a weight   after layer 1    after layer 5   after layer 10\n");
  for (const real scale : {real(0.5), real(1), real(2)}) {
    Tensor x = normal({.seed = 1}, {rows, width});
    fmt::print("{:.1f} / √{}            ", scale, width);
    for (std::uint32_t layer = 1; layer <= layers; ++layer) {
      const real each = scale / std::sqrt(static_cast<real>(width));
      x = matmul(x, Tensor(normal({.seed = 2, .site = layer}, {width, width}, 0, each)));  // [rows, width]
      if (layer == 1 || layer == 5 || layer == 10) fmt::print(" {:16.{}f}", deviation(x), scale < 1 ? 3 : 0);
    }
    fmt::print("\n");
  }
}
