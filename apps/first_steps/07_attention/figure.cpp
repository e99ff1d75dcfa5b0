// Where each word looks before and after it has learned to look at the word before it.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"
#include "nn/attention/attention.h"
#include "optim/adam.h"

using namespace bertlet;

constexpr int64_t words = 5, size = 3;
const Tensor same_for_all = Array::filled({words, size}, 1);

Attended look(const Tensor& distances, const Tensor& values) {
  AttentionOptions options;
  options.relative = Relative::key;
  options.distances = distances;
  return attention_with_probabilities(same_for_all, same_for_all, values, {words}, {words}, options);
}

void draw(book::Drawing& drawing, double left, const char* name, const Tensor& distances) {
  const std::vector<real> p = look(distances, same_for_all).probabilities[0].values();
  drawing.strong(left, 22, name);
  for (int64_t i = 0; i < words; ++i)
    drawing.text(left, 52 + 24 * static_cast<double>(i), fmt::format("word {}", i + 1));
  drawing.matrix(left + 50, 36, words, {p.begin(), p.end()}, 1);
}

int main() {
  Tensor distances = Tensor::parameter(Array::filled({2 * words - 1, size}, 0));
  Parameters parameters({{"distances", distances}});
  optim::Adam optimizer(parameters, {.lr = 0.1});
  book::Drawing drawing(610, 170, "Attention before and after training: each row is a word, and where it looks");
  draw(drawing, 10, "before", distances);
  for (std::uint64_t step = 0; step < 100; ++step) {
    const Tensor values = normal({.seed = 1, .step = step}, {words, size});
    const Tensor error = gather_rows(look(distances, values).y, {1, 2, 3, 4}) - gather_rows(values, {0, 1, 2, 3});
    backward(sum(error * error));
    optimizer.step();
    parameters.reset_grad();
  }
  draw(drawing, 320, "after 100 steps", distances);
  fmt::print("{}", drawing.svg());
}
