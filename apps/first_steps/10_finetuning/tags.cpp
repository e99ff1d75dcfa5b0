// A model of four layers finds what stands between quotation marks: one letter at a time says nothing about that, so
// the recurrent layer has to remember, and the random field learns which tag may follow which.
#include "core/ops.h"
#include "core/random.h"
#include "nn/dense/embedding.h"
#include "nn/dense/linear.h"
#include "nn/init.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/crf.h"
#include "optim/adam.h"

using namespace bertlet;

const std::string letters = "ab\"";

struct Tagger {
  Embedding embedding{3, 4};
  LSTM reader{4, 8};
  Linear scores{8, 2};
  CRF crf{2};

  Tensor emissions(const std::vector<int64_t>& text, const Spans& spans) const {
    return scores(reader(embedding(text), spans).output);  // [N, 4] → [N, 8] → [N, 2]
  }

  void visit(auto&& f) {
    f("embedding", embedding);
    f("reader", reader);
    f("scores", scores);
    f("crf", crf);
  }
};

std::vector<int64_t> numbers(const std::string& text) {
  std::vector<int64_t> ids;
  for (const char letter : text) ids.push_back(static_cast<int64_t>(letters.find(letter)));
  return ids;
}

// 1 between two marks, the first one counted in.
std::vector<int64_t> tags(const std::vector<int64_t>& text, const Spans& spans) {
  std::vector<int64_t> right;
  for (int64_t i = 0; i < spans.count(); ++i)
    for (int64_t row = spans.begin(i), inside = 0; row < spans.end(i); ++row) {
      if (text[to_size(row)] == 2) inside = 1 - inside;
      right.push_back(inside);
    }
  return right;
}

int main() {
  Tagger model;
  Parameters parameters = parameters_of(model);
  initialise(parameters, 1, {{"*.bias*", constant(0)}, {"crf.*", constant(0)}, {"*", xavier_uniform()}});
  for (const Parameter& p : parameters.list()) fmt::print("{:24} {}\n", p.name, p.tensor.shape());
  fmt::print("{} numbers in all\n\n", parameters.count());

  parameters.flatten();
  optim::AdamW optimizer(parameters, {.lr = 0.02});
  const Spans spans{5, 12, 9, 14, 3, 7};
  for (std::uint64_t step = 0; step <= 200; ++step) {
    const std::vector<int64_t> text = integers({.seed = 2, .step = step}, spans.rows(), 3);
    parameters.reset_grad();
    const Tensor loss = -mean(model.crf.log_likelihood(model.emissions(text, spans), tags(text, spans), spans));
    if (step % 50 == 0) fmt::print("step {:3}  loss {:.2f}\n", step, loss.item());
    backward(loss);
    optimizer.step({.clip = 1});
  }

  const std::string text = "ab\"abba\"b\"a\"ba";
  fmt::print("\n{}\n", text);
  const Spans whole{static_cast<int64_t>(text.size())};
  for (const int64_t tag : model.crf.decode(model.emissions(numbers(text), whole).value(), whole))
    fmt::print("{}", tag == 1 ? '^' : '.');
  fmt::print("\n");
}
