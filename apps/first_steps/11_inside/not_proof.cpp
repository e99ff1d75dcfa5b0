// Three things that a picture of attention does not show.
#include "core/ops.h"

using namespace bertlet;

std::string text_of(const Tensor& x) { return fmt::format("{:.2f}", fmt::join(x.value().values(), " ")); }

int main() {
  // 1. Where values are alike, weights do not matter: two pictures, one result.
  const Tensor alike = Array::of({3, 2}, {1, 2, 1, 2, 0, 1});
  const Tensor left = Array::of({1, 3}, {0.9f, 0, 0.1f}), right = Array::of({1, 3}, {0, 0.9f, 0.1f});
  fmt::print("weights {}  give {}\n", text_of(left), text_of(matmul(left, alike)));
  fmt::print("weights {}  give {}\n\n", text_of(right), text_of(matmul(right, alike)));

  // 2. A large weight on a small value hands on little: the length of weight · value counts (Kobayashi et al. 2020).
  const Tensor values = Array::of({3, 2}, {0.1f, 0, 3, 4, 0, 1});
  const Tensor weights = Array::of({1, 3}, {0.8f, 0.1f, 0.1f});
  const Tensor lengths = sqrt(sum(values * values, -1));  // 0.1, 5, 1
  fmt::print("weights {}  handed on {}\n\n", text_of(weights), text_of(weights * lengths));

  // 3. After a layer a state is a mixture. Rollout (Abnar and Zuidema 2020) multiplies the layers, half of each passing
  // by.
  const Tensor a = Array::of({3, 3}, {0, 1, 0, 0, 0, 1, 0, 0, 1});  // 0 looks at 1, 1 at 2, 2 at itself
  const Tensor same = Array::of({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  const Tensor layer = (a + same) / 2;
  fmt::print("layer 2, token 0 looks at   {}\n", text_of(slice(a, 0, 0, 1)));
  fmt::print("but is made of the tokens   {}\n", text_of(slice(matmul(layer, layer), 0, 0, 1)));
}
