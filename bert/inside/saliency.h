#pragma once
#include <functional>

#include "bert/heads/network.h"

// On which tokens a number of what a network says hangs. The network is a function F of the word embeddings x [N, H];
// positions and segments, which are added to them, stay as they are.
//
//   const Question question{*network, batch, [](const bert::Scored& scored) { return sum(scored.scores); }};
//   const Gradients gradients = gradients_of(question);
//   gradients.times_input[3];                                              // of the fourth token
//   const Array baseline = word_vectors(*network, {101, 0, 0, 102});      // [CLS] [PAD] [PAD] [SEP]
//   integrated_gradients(question, baseline).scores[3];
namespace bertlet::inside {

struct Question {
  const bert::Network& network;  // its parameters had better be frozen: then none of their gradients are computed
  bert::Batch batch;             // of one example
  std::function<Tensor(const bert::Scored& scored)> target;  // the number that is explained, F(x)
  std::vector<int64_t> rows = {};                            // language models score these alone
};

Array word_vectors(const bert::Network& network, const std::vector<int64_t>& ids);  // [N, H]

double value_of(const Question& question);                  // F(x)
double value_of(const Question& question, const Array& x);  // with other word embeddings

struct Gradients {
  double value = 0;                      // F(x)
  std::vector<double> times_input = {};  // Σ x_i ∂F/∂x_i over a token's numbers
  std::vector<double> norm = {};         // ‖∂F/∂x_i‖₂
};
Gradients gradients_of(const Question& question);

using Done = std::function<void(int64_t steps)>;

// (x − x′) ∫₀¹ ∂F(x′ + a (x − x′)) / ∂x da (Sundararajan et al. 2017), by Gauss and Legendre. The scores should add up
// to F(x) − F(x′): how far they do not is the integral's error.
struct IntegratedGradients {
  std::vector<double> scores = {};  // of the tokens
  double value = 0, before = 0;     // F(x) and F(x′)

  double sum() const;
  double error() const { return sum() - (value - before); }
};
IntegratedGradients integrated_gradients(const Question& question, const Array& baseline, int64_t nodes = 50,
                                         const Done& done = {});

// F(x) − F(x with these tokens of it replaced), for each set of tokens.
std::vector<double> occlusion(const Question& question, const std::vector<std::vector<int64_t>>& sets, int64_t by,
                              const Done& done = {});

// Where a polynomial of degree 2 n − 1 need be known for its integral from 0 to 1, and how much each place counts.
struct Quadrature {
  std::vector<double> places, weights;
};
Quadrature gauss_legendre(int64_t n);

}  // namespace bertlet::inside
