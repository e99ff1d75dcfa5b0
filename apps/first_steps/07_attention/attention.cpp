// Attention learns whom to look at: every word shall give the value of the word before it. The words' own vectors say
// nothing about places; only the table of distances can.
#include "nn/attention/attention.h"

#include "core/ops.h"
#include "optim/adam.h"

using namespace bertlet;

constexpr int64_t words = 4, size = 3;
const Tensor same_for_all = Array::filled({words, size}, 1);

Attended look(const Tensor& distances, const Tensor& values) {
  AttentionOptions options;
  options.relative = Relative::key;
  options.distances = distances;
  return attention_with_probabilities(same_for_all, same_for_all, values, {words}, {words}, options);
}

void print(const char* when, const Tensor& distances) {
  const Array p = look(distances, same_for_all).probabilities[0];
  fmt::print("{}\n", when);
  for (int64_t from = 0; from < words; ++from)
    fmt::print("  word {} looks at {:.2f} {:.2f} {:.2f} {:.2f}\n", from + 1, p[4 * from], p[4 * from + 1],
               p[4 * from + 2], p[4 * from + 3]);
}

int main() {
  Tensor distances = Tensor::parameter(Array::filled({2 * words - 1, size}, 0));
  Parameters parameters({{"distances", distances}});
  optim::Adam optimizer(parameters, {.lr = 0.1});
  print("before", distances);
  for (std::uint64_t step = 0; step < 100; ++step) {
    const Tensor values = normal({.seed = 1, .step = step}, {words, size});
    const Tensor error = gather_rows(look(distances, values).y, {1, 2, 3}) - gather_rows(values, {0, 1, 2});
    backward(sum(error * error));
    optimizer.step();
    parameters.reset_grad();
  }
  print("after 100 steps", distances);
}
