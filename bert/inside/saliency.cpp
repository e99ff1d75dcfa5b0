#include "bert/inside/saliency.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

Tensor asked(const Question& question, Tensor x) {
  bert::Batch batch = question.batch;
  batch.embeddings = std::move(x);
  Pass pass;
  Tensor value = question.target(question.network.score(batch, pass, {}, question.rows));
  require(value && value.value().size() == 1, "saliency: got a target that is no single number");
  return value;
}

struct Slope {
  double value;  // F(x)
  Array at;      // ∂F/∂x, [N, H]
};

Slope slope(const Question& question, const Array& x) {
  const Tensor leaf = Tensor::parameter(x);
  const Tensor value = asked(question, leaf);
  backward(value);
  const Array gradient = leaf.grad();
  return {static_cast<double>(value.item()), gradient ? gradient : Array::zeros(x.shape())};
}

// Σ a b over the numbers of each row.
std::vector<double> products(const Array& a, const Array& b) {
  const int64_t rows = a.shape()[0], columns = a.shape()[1];
  std::vector<double> to(to_size(rows));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = row * columns; i < (row + 1) * columns; ++i)
      to[to_size(row)] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return to;
}

// x′ + a (x − x′)
Array between(const Array& from, const Array& to, double a) {
  Array x(to.shape());
  for (int64_t i = 0; i < x.size(); ++i) {
    const auto begin = static_cast<double>(from[i]);
    x[i] = static_cast<real>(begin + a * (static_cast<double>(to[i]) - begin));
  }
  return x;
}

Array difference(const Array& a, const Array& b) {
  Array to(a.shape());
  for (int64_t i = 0; i < to.size(); ++i) to[i] = a[i] - b[i];
  return to;
}

// Legendre's polynomial of degree n at x, and its derivative.
struct Legendre {
  double value, slope;
};
Legendre legendre(int64_t n, double x) {
  double last = 1, here = x;
  for (int64_t k = 2; k <= n; ++k) {
    const auto degree = static_cast<double>(k);
    last = std::exchange(here, ((2 * degree - 1) * x * here - (degree - 1) * last) / degree);
  }
  return {here, static_cast<double>(n) * (x * here - last) / (x * x - 1)};
}

}  // namespace

Array word_vectors(const bert::Network& network, const std::vector<int64_t>& ids) {
  return network.encoder().embeddings.word_embeddings(ids).value();
}

double value_of(const Question& question) {
  return value_of(question, word_vectors(question.network, question.batch.ids));
}

double value_of(const Question& question, const Array& x) {
  return static_cast<double>(asked(question, Tensor(x)).item());
}

Gradients gradients_of(const Question& question) {
  const Array x = word_vectors(question.network, question.batch.ids);
  const Slope here = slope(question, x);
  std::vector<double> norms = products(here.at, here.at);
  for (double& norm : norms) norm = std::sqrt(norm);
  return {here.value, products(x, here.at), std::move(norms)};
}

double IntegratedGradients::sum() const { return std::accumulate(scores.begin(), scores.end(), 0.0); }

IntegratedGradients integrated_gradients(const Question& question, const Array& baseline, int64_t nodes,
                                         const Done& done) {
  const Array x = word_vectors(question.network, question.batch.ids);
  require(baseline.shape() == x.shape(), "integrated_gradients: got a baseline {}, want {}", baseline.shape(),
          x.shape());
  const Array way = difference(x, baseline);
  const Quadrature quadrature = gauss_legendre(nodes);
  IntegratedGradients to{std::vector<double>(to_size(x.shape()[0])), value_of(question, x),
                         value_of(question, baseline)};
  for (std::size_t node = 0; node < quadrature.places.size(); ++node) {
    const std::vector<double> parts = products(slope(question, between(baseline, x, quadrature.places[node])).at, way);
    for (std::size_t i = 0; i < parts.size(); ++i) to.scores[i] += quadrature.weights[node] * parts[i];
    if (done) done(static_cast<int64_t>(node) + 1);
  }
  return to;
}

std::vector<double> occlusion(const Question& question, const std::vector<std::vector<int64_t>>& sets, int64_t by,
                              const Done& done) {
  const double whole = value_of(question);
  std::vector<double> to;
  for (const std::vector<int64_t>& set : sets) {
    std::vector<int64_t> ids = question.batch.ids;
    for (const int64_t token : set) ids[to_size(token)] = by;
    to.push_back(whole - value_of(question, word_vectors(question.network, ids)));
    if (done) done(std::ssize(to));
  }
  return to;
}

// The places are the zeros of Legendre's polynomial, which Newton's steps find from good guesses.
Quadrature gauss_legendre(int64_t n) {
  require(n >= 1, "gauss_legendre: got {} nodes, want 1 or more", n);
  Quadrature to;
  for (int64_t i = n; i-- > 0;) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(n) + 0.5));
    for (int step = 0; step < 20; ++step) {
      const Legendre here = legendre(n, x);
      x -= here.value / here.slope;
    }
    const double slope = legendre(n, x).slope;
    to.places.push_back((1 + x) / 2);
    to.weights.push_back(1 / ((1 - x * x) * slope * slope));
  }
  return to;
}

}  // namespace bertlet::inside
