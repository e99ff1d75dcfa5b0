// The answer to a question: the probability of each pair of a first and a last token.
#include "apps/first_steps/drawing.h"
#include "core/ops.h"

using namespace bertlet;

int main() {
  const std::vector<std::string> tokens{"it", "is", "Juliet", "Capulet", "."};
  const Tensor begin = Array::of({5, 1}, {0, 0, 4, 2, 0}), end = Array::of({1, 5}, {0, 0, 2, 3, 0});
  const Array before = Array::of({5, 5}, {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0});
  const Tensor scores = masked(begin + end, before, -1e9f);  // the last token is not before the first
  const std::vector<real> p = softmax(reshape(scores, {25})).value().values();

  book::Drawing drawing(340, 190, "Who is it? Probabilities of answers by their first and last token");
  drawing.strong(86, 20, "last token");
  drawing.strong(10, 42, "first");
  for (std::size_t i = 0; i < 5; ++i) {
    const double at = static_cast<double>(i);
    drawing.text(86 + 46 * at + 22, 42, tokens[i], book::Align::middle);
    drawing.text(78, 68 + 24 * at, tokens[i], book::Align::end);
  }
  drawing.matrix(86, 52, 5, {p.begin(), p.end()});
  fmt::print("{}", drawing.svg());
}
