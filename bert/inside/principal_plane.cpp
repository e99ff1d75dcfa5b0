#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/inside/plane.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

using Rows = std::vector<std::vector<double>>;

constexpr int64_t wide = 8;  // directions that are followed; the two that count settle the sooner
constexpr int most_rounds = 2000;
constexpr double settled = 1e-12;

Rows centred_rows(const Array& x) {
  const int64_t n = x.shape()[0], width = x.shape()[1];
  Rows to(to_size(n), std::vector<double>(to_size(width)));
  for (int64_t column = 0; column < width; ++column) {
    double mean = 0;
    for (int64_t row = 0; row < n; ++row) mean += static_cast<double>(x[row * width + column]) / static_cast<double>(n);
    for (int64_t row = 0; row < n; ++row)
      to[to_size(row)][to_size(column)] = static_cast<double>(x[row * width + column]) - mean;
  }
  return to;
}

double scalar_product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Σ x xᵀ, [H, H]
Rows scatter_matrix(const Rows& x) {
  const std::size_t width = x[0].size();
  Rows to(width, std::vector<double>(width, 0));
  parallel_for(static_cast<int64_t>(width), 16, [&](int64_t begin, int64_t end) {
    for (const std::vector<double>& row : x)
      for (auto i = to_size(begin); i < to_size(end); ++i)
        for (std::size_t j = 0; j < width; ++j) to[i][j] += row[i] * row[j];
  });
  return to;
}

Rows images(const Rows& matrix, const Rows& vectors) {
  Rows to(vectors.size(), std::vector<double>(matrix.size()));
  parallel_for(static_cast<int64_t>(matrix.size()), 64, [&](int64_t begin, int64_t end) {
    for (auto i = to_size(begin); i < to_size(end); ++i)
      for (std::size_t v = 0; v < vectors.size(); ++v) to[v][i] = scalar_product(matrix[i], vectors[v]);
  });
  return to;
}

// Gram and Schmidt, twice, for the numbers' sake. What is left of a direction that depends on others becomes 0.
void make_orthonormal(Rows& vectors) {
  for (int round = 0; round < 2; ++round)
    for (std::size_t v = 0; v < vectors.size(); ++v) {
      const double before = std::sqrt(scalar_product(vectors[v], vectors[v]));
      for (std::size_t u = 0; u < v; ++u) {
        const double share = scalar_product(vectors[u], vectors[v]);
        for (std::size_t i = 0; i < vectors[v].size(); ++i) vectors[v][i] -= share * vectors[u][i];
      }
      const double size = std::sqrt(scalar_product(vectors[v], vectors[v]));
      for (double& each : vectors[v]) each = size > 1e-14 * before && size > 0 ? each / size : 0;
    }
}

// Turns directions so that a small symmetric matrix between them becomes diagonal, by Jacobi's rotations; the largest
// first.
void turn_to_axes(Rows between, Rows& vectors) {
  const std::size_t n = vectors.size();
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (std::abs(between[p][q]) < 1e-300) continue;
        const double angle = 0.5 * std::atan2(2 * between[p][q], between[p][p] - between[q][q]);
        const double c = std::cos(angle), s = std::sin(angle);
        const auto turn = [&](double& a, double& b) {
          const double x = a, y = b;
          a = c * x + s * y;
          b = c * y - s * x;
        };
        for (std::size_t i = 0; i < n; ++i) turn(between[i][p], between[i][q]);
        for (std::size_t i = 0; i < n; ++i) turn(between[p][i], between[q][i]);
        for (std::size_t i = 0; i < vectors[p].size(); ++i) turn(vectors[p][i], vectors[q][i]);
      }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return between[i][i]; });
  Rows sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(vectors[i]));
  vectors = std::move(sorted);
}

// The directions of the two largest eigenvalues, by subspace iteration.
Rows leading_directions(const Rows& matrix) {
  const std::size_t width = matrix.size();
  Rows vectors(std::min<std::size_t>(to_size(wide), width), std::vector<double>(width));
  for (std::size_t v = 0; v < vectors.size(); ++v)
    for (std::size_t i = 0; i < width; ++i)
      vectors[v][i] = std::sin(static_cast<double>((v + 1) * (i + 1)) + static_cast<double>(v));
  make_orthonormal(vectors);
  for (int round = 0; round < most_rounds; ++round) {
    const Rows before = vectors;
    vectors = images(matrix, vectors);
    make_orthonormal(vectors);
    const Rows turned = images(matrix, vectors);
    Rows between(vectors.size(), std::vector<double>(vectors.size()));
    for (std::size_t i = 0; i < vectors.size(); ++i)
      for (std::size_t j = 0; j < vectors.size(); ++j) between[i][j] = scalar_product(vectors[i], turned[j]);
    turn_to_axes(std::move(between), vectors);
    double moved = 0;
    for (std::size_t v = 0; v < std::min<std::size_t>(2, vectors.size()); ++v)
      moved = std::max(moved, 1 - std::abs(scalar_product(before[v], vectors[v])));
    if (round > 2 && moved < settled) break;
  }
  return vectors;
}

void point_to_the_largest(std::vector<double>& axis) {
  const double largest = *std::ranges::max_element(axis, {}, [](double each) { return std::abs(each); });
  if (largest < 0)
    for (double& each : axis) each = -each;
}

}  // namespace

PrincipalPlane principal_plane(const Array& x) {
  require(x.shape().rank() == 2 && x.shape()[0] > 0, "principal_plane: got {}, want points [N, H]", x.shape());
  const int64_t n = x.shape()[0], width = x.shape()[1];
  const Rows rows = centred_rows(x);
  Rows axes = leading_directions(scatter_matrix(rows));
  axes.resize(2, std::vector<double>(to_size(width), 0));
  PrincipalPlane to{Array({n, 2}), Array({2, width})};
  double all = 0;
  for (const std::vector<double>& row : rows) all += scalar_product(row, row);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    point_to_the_largest(axes[axis]);
    for (int64_t i = 0; i < width; ++i)
      to.axes[static_cast<int64_t>(axis) * width + i] = static_cast<real>(axes[axis][to_size(i)]);
    for (int64_t row = 0; row < n; ++row) {
      const double place = scalar_product(rows[to_size(row)], axes[axis]);
      to.places[row * 2 + static_cast<int64_t>(axis)] = static_cast<real>(place);
      if (all > 0) to.shares[axis] += place * place / all;
    }
  }
  return to;
}

}  // namespace bertlet::inside
