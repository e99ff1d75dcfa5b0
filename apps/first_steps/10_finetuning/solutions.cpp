// Solutions of chapter 10.
#include "bert/metrics/entities.h"
#include "bert/metrics/squad.h"
#include "core/ops.h"
#include "optim/adam.h"

using namespace bertlet;

// Exercise 1: an answer that lacks a word.
void answers() {
  const std::vector<std::string> gold{"green old door"};
  const metrics::AnswerScore score = metrics::answer_score(gold, "old door");
  fmt::print("1  exact {:.0f}, F1 {:.2f}\n", score.exact, score.f1);
}

// Exercise 2: nine of ten tags are right, and half of the names.
void names() {
  const std::vector<metrics::Tags> gold = {{"B-PER", "I-PER", "O", "O", "O", "B-LOC", "O", "O", "O", "O"}};
  const std::vector<metrics::Tags> predicted = {{"B-PER", "O", "O", "O", "O", "B-LOC", "O", "O", "O", "O"}};
  const auto report = metrics::entity_report(gold, predicted);
  fmt::print("2  F1 of names {:.2f}\n", metrics::averages(metrics::counts(report)).micro.f1);
}

// Exercise 3: words counted, without order: a weight for "not", "good" and "bad". Rows: good, not good, bad, not bad.
void bag_of_words() {
  const Tensor x = Array::of({4, 3}, {0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1}), praise = Array::of({4, 1}, {1, 0, 0, 1});
  const Tensor w = Tensor::parameter(Array::filled({3, 1}, 0)), b = Tensor::parameter(Array::filled({1}, 0));
  Parameters parameters({{"w", w}, {"b", b}});
  optim::Adam optimizer(parameters, {.lr = 0.1});
  Tensor loss;
  for (int step = 0; step < 300; ++step) {
    parameters.reset_grad();
    const Tensor p = sigmoid(matmul(x, w) + b);
    loss = -mean(praise * log(p) + (1 - praise) * log(1 - p));
    backward(loss);
    optimizer.step();
  }
  fmt::print("3  loss {:.2f}, log 2 is 0.69\n", loss.item());
}

// Exercise 4: the best pair of a first and a last token, the last not before the first.
void best_span() {
  const std::vector<double> begin{0, 1, 5, 0}, end{0, 6, 3, 0};
  double best = -1e9;
  std::size_t from = 0, to = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = i; j < 4; ++j)
      if (begin[i] + end[j] > best) {
        best = begin[i] + end[j];
        from = i;
        to = j;
      }
  fmt::print("4  tokens {} to {}, score {:.0f}\n", from, to, best);
}

int main() {
  answers();
  names();
  bag_of_words();
  best_span();
}
