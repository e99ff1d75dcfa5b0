#include "bert/inside/head_map.h"

#include <cmath>

#include "core/parallel.h"

namespace bertlet::inside {

namespace {

double minus_p_log_p(double p) { return p > 0 ? -p * std::log(p) : 0; }

// Of each head some rows, and the sum of their entropies.
struct Heads {
  int64_t numbers = 0, rows = 0;  // of each head
  std::vector<std::vector<real>> alpha = {};
  std::vector<double> entropy = {};

  int64_t count() const { return std::ssize(alpha); }
};

Heads heads_of(const AttentionMaps& look, int64_t most) {
  const int64_t tokens = look.tokens();
  Heads heads{.rows = std::clamp<int64_t>(most / tokens, 1, tokens)};
  heads.numbers = heads.rows * tokens;
  for (const LayerMaps& layer : look.layers)
    for (int64_t a = 0; a < std::ssize(layer.heads); ++a) {
      std::vector<real>& to = heads.alpha.emplace_back();
      for (int64_t row = 0; row < heads.rows; ++row) {
        const real* from = layer.probabilities.data() + (a * tokens + row * tokens / heads.rows) * tokens;
        to.insert(to.end(), from, from + tokens);
      }
      double sum = 0;
      for (const real p : to) sum += minus_p_log_p(p);
      heads.entropy.push_back(sum);
    }
  return heads;
}

// Σ H((p + q) / 2) − (H(p) + H(q)) / 2, over rows
double divergence(const Heads& heads, int64_t a, int64_t b) {
  const std::vector<real>&p = heads.alpha[to_size(a)], &q = heads.alpha[to_size(b)];
  double between = 0;
  for (std::size_t i = 0; i < p.size(); ++i) between += minus_p_log_p((p[i] + q[i]) / 2);
  const double within = (heads.entropy[to_size(a)] + heads.entropy[to_size(b)]) / 2;
  return std::max(0.0, between - within) / static_cast<double>(heads.rows);
}

// --- clusters --------------------------------------------------------------------------------------------------------

using Members = std::vector<std::vector<int64_t>>;

// The two nearest groups become one, over and over. `between` holds the groups' distances and is kept up to date.
class Linkage {
 public:
  explicit Linkage(const Array& distances) : n_(distances.shape()[0]), between_(distances.values()) {
    for (int64_t i = 0; i < n_; ++i) groups_.push_back({i});
  }

  Members into(int64_t count) {
    for (int64_t left = n_; left > count; --left) join_nearest();
    std::erase_if(groups_, [](const auto& group) { return group.empty(); });
    return groups_;
  }

 private:
  real& between(int64_t a, int64_t b) { return between_[to_size(a * n_ + b)]; }
  bool is_gone(int64_t a) const { return groups_[to_size(a)].empty(); }

  void join_nearest() {
    int64_t a = -1, b = -1;
    for (int64_t i = 0; i < n_; ++i)
      for (int64_t j = i + 1; j < n_ && !is_gone(i); ++j)
        if (!is_gone(j) && (a < 0 || between(i, j) < between(a, b))) a = i, b = j;
    join(a, b);
  }

  void join(int64_t a, int64_t b) {
    const auto of_a = static_cast<real>(groups_[to_size(a)].size()),
               of_b = static_cast<real>(groups_[to_size(b)].size());
    for (int64_t other = 0; other < n_; ++other)
      between(a, other) = between(other, a) = (of_a * between(a, other) + of_b * between(b, other)) / (of_a + of_b);
    groups_[to_size(a)].insert(groups_[to_size(a)].end(), groups_[to_size(b)].begin(), groups_[to_size(b)].end());
    groups_[to_size(b)].clear();
  }

  int64_t n_;
  std::vector<real> between_;
  Members groups_;
};

// --- places ----------------------------------------------------------------------------------------------------------

using Square = std::vector<double>;  // [n, n]

// −½ J D J for squared distances D: the points' inner products, their middle being 0.
Square inner_products(const Array& squares) {
  const int64_t n = squares.shape()[0];
  std::vector<double> mean(to_size(n), 0);
  double all = 0;
  for (int64_t at = 0; at < n * n; ++at) mean[to_size(at / n)] += squares[at] / static_cast<double>(n);
  for (const double each : mean) all += each / static_cast<double>(n);
  Square b(to_size(n * n));
  for (int64_t at = 0; at < n * n; ++at)
    b[to_size(at)] = -0.5 * (squares[at] - mean[to_size(at / n)] - mean[to_size(at % n)] + all);
  return b;
}

std::vector<double> times(const Square& m, const std::vector<double>& x) {
  std::vector<double> y(x.size(), 0);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) y[i] += m[i * x.size() + j] * x[j];
  return y;
}

double length(const std::vector<double>& x) {
  double square = 0;
  for (const double each : x) square += each * each;
  return std::sqrt(square);
}

// The direction in which the points spread most, times how much; it is taken out of their inner products. The largest
// coordinate is positive, so that a picture is not mirrored by chance.
std::vector<double> leading_axis(Square& b, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 1 + std::sin(static_cast<double>(i + 1));
  double value = 0;
  for (int step = 0; step < 300; ++step) {
    const double size = length(x);
    if (size < 1e-30) return std::vector<double>(n, 0);
    for (double& each : x) each /= size;
    x = times(b, x);
    value = length(x);
  }
  if (value < 1e-12) return std::vector<double>(n, 0);
  const double largest = *std::ranges::max_element(x, {}, [](double each) { return std::abs(each); });
  for (double& each : x) each *= (largest < 0 ? -1 : 1) / std::sqrt(value);
  for (std::size_t i = 0; i < n * n; ++i) b[i] -= x[i / n] * x[i % n];
  return x;
}

}  // namespace

Array head_distances(const AttentionMaps& look, int64_t most) {
  const Heads heads = heads_of(look, most);
  const int64_t n = heads.count();
  Array to = Array::filled({n, n}, 0);
  parallel_for(n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t a = begin; a < end; ++a)
      for (int64_t b = 0; b < a; ++b) to[a * n + b] = static_cast<real>(divergence(heads, a, b));
  });
  for (int64_t at = 0; at < n * n; ++at)
    if (at % n > at / n) to[at] = to[at % n * n + at / n];
  return to;
}

HeadMap head_map(const Array& distances, int64_t clusters) {
  const int64_t n = distances.shape()[0];
  HeadMap map{std::vector<int64_t>(to_size(n)), Array({n, 2})};
  Members groups = Linkage(distances).into(std::min(clusters, n));
  for (auto& group : groups) std::ranges::sort(group);
  std::ranges::sort(groups);
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const int64_t head : groups[g]) map.clusters[to_size(head)] = static_cast<int64_t>(g);
  Square b = inner_products(distances);
  for (int64_t axis = 0; axis < 2; ++axis) {
    const std::vector<double> x = leading_axis(b, to_size(n));
    for (int64_t i = 0; i < n; ++i) map.places[i * 2 + axis] = static_cast<real>(x[to_size(i)]);
  }
  return map;
}

}  // namespace bertlet::inside
