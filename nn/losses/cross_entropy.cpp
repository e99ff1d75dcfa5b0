#include <algorithm>
#include <cmath>

#include "core/kernels/rows.h"
#include "core/parallel.h"
#include "core/require.h"
#include "core/warning.h"
#include "nn/losses/kernels.h"
#include "nn/losses/losses.h"

namespace bertlet {

namespace {

constexpr int64_t strip = 8192;  // columns that one thread takes of a row, so that few rows occupy many threads

// What the rows should be: t = (1 − ε) w[label] at the label, and ε / C · w everywhere.
struct Target {
  std::vector<int64_t> labels;
  CrossEntropyOptions options;
  int64_t classes;

  int64_t rows() const { return static_cast<int64_t>(labels.size()); }
  int64_t label(int64_t row) const { return labels[to_size(row)]; }
  bool ignored(int64_t row) const { return label(row) == options.ignore; }
  const real* weights() const { return options.weights ? options.weights.data() : nullptr; }
  real weight(int64_t row) const { return options.weights ? options.weights[label(row)] : 1; }
  real hit(int64_t row) const { return (1 - options.smoothing) * weight(row); }
  real spread() const { return options.smoothing / static_cast<real>(classes); }

  double divisor() const {
    double total = 0;
    for (int64_t row = 0; row < rows(); ++row)
      if (!ignored(row)) total += static_cast<double>(weight(row));
    return options.reduction == Reduction::mean ? total : 1;
  }
  real all_weights() const {
    return options.weights ? loss_kernels().weighted_sum(weights(), nullptr, classes) : static_cast<real>(classes);
  }

  int64_t strips() const { return (classes + strip - 1) / strip; }
  // f(row, first column, columns, which strip) for the strips of all rows that have a label.
  template <class F>
  void for_strips(const F& f) const {
    const int64_t grain = std::max<int64_t>(1, 2 * strip / std::min(strip, classes));
    parallel_for(rows() * strips(), grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i / strips(), first = i % strips() * strip;
        f(row, first, std::min(strip, classes - first), i);
      }
    });
  }
};

Target target_for(const Shape& logits, std::vector<int64_t> labels, const CrossEntropyOptions& options) {
  require(logits.rank() == 2 && logits[1] > 0, "cross_entropy: got logits {}, want [rows, classes]", logits);
  Target target{std::move(labels), options, logits[1]};
  require(logits[0] == target.rows(), "cross_entropy: got {} labels for logits {}, want one for each row",
          target.rows(), logits);
  require(!options.weights || options.weights.shape() == Shape{target.classes},
          "cross_entropy: got class weights {}, want [{}], one for each class", options.weights.shape(),
          target.classes);
  require(options.smoothing >= 0 && options.smoothing <= 1, "cross_entropy: got smoothing {}, want 0 … 1",
          options.smoothing);
  for (int64_t row = 0; row < target.rows(); ++row)
    require(target.ignored(row) || (0 <= target.label(row) && target.label(row) < target.classes),
            "cross_entropy: the label of row {} is {}, want 0 … {}, or {} to leave the row out", row, target.label(row),
            target.classes - 1, options.ignore);
  return target;
}

real log_total_of(const LogSum* parts, int64_t n) {
  real peak = parts[0].peak, total = 0;
  for (int64_t i = 1; i < n; ++i) peak = std::max(peak, parts[i].peak);
  for (int64_t i = 0; i < n; ++i) total += n == 1 ? parts[i].total : parts[i].total * std::exp(parts[i].peak - peak);
  return peak + std::log(total);
}

// log Σ exp of each row
Array log_totals(const Array& x, const Target& target) {
  std::vector<LogSum> parts(to_size(target.rows() * target.strips()));
  target.for_strips([&](int64_t row, int64_t first, int64_t n, int64_t i) {
    if (!target.ignored(row)) parts[to_size(i)] = loss_kernels().log_sum(x.data() + row * target.classes + first, n);
  });
  Array y({target.rows()}, "cross_entropy");
  parallel_for(target.rows(), 256, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      y[row] = target.ignored(row) ? 0 : log_total_of(parts.data() + row * target.strips(), target.strips());
  });
  return y;
}

// Σ t (log Σ exp x − x)
Array losses(const Array& x, const Array& log_total, const Target& target) {
  Array y({target.rows()}, "cross_entropy");
  const real all_weights = target.all_weights();
  parallel_for(target.rows(), 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const real* logits = x.data() + row * target.classes;
      y[row] = target.ignored(row) ? 0 : target.hit(row) * (log_total[row] - logits[target.label(row)]);
      if (target.spread() > 0 && !target.ignored(row))
        y[row] += target.spread() * (all_weights * log_total[row] -
                                     loss_kernels().weighted_sum(logits, target.weights(), target.classes));
    }
  });
  return y;
}

Array reduced(const Array& y, const Target& target) {
  if (target.options.reduction == Reduction::none) return y;
  Array total(Shape{}, "cross_entropy");
  row_kernels().sum(y.data(), total.data(), 1, y.size());
  const double divisor = target.divisor();
  if (divisor == 0) warn("cross_entropy: no row has a label that counts, so the loss is 0 and changes nothing");
  total[0] = divisor == 0 ? 0 : static_cast<real>(total[0] / divisor);
  return total;
}

// dx = dy ((Σ t) softmax(x) − t)
void gradient(const Array& dy, const real* x, const Array& log_total, const Target& target, Into::Slot dx) {
  const bool each = target.options.reduction == Reduction::none;
  const double divisor = target.divisor();
  const real scale = divisor == 0 ? 0 : static_cast<real>(1 / divisor);
  const real spread = target.spread(), all_weights = spread > 0 ? target.all_weights() : 0;
  target.for_strips([&](int64_t row, int64_t first, int64_t n, int64_t) {
    const int64_t at = row * target.classes + first, label = target.label(row) - first;
    if (target.ignored(row)) {
      if (dx.beta == 0) std::fill_n(dx.data + at, n, real{0});
      return;
    }
    const real slope = scale * (each ? dy[row] : dy[0]), hit = target.hit(row);
    loss_kernels().cross_entropy_grad(slope * (hit + spread * all_weights), x + at, log_total[row], slope * spread,
                                      target.weights() ? target.weights() + first : nullptr, dx.beta, dx.data + at, n);
    if (0 <= label && label < n) dx.data[at + label] -= slope * hit;
  });
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, std::vector<int64_t> labels, const CrossEntropyOptions& options) {
  const Target target = target_for(logits.shape(), std::move(labels), options);
  Array log_total = log_totals(logits.value(), target);
  Array y = reduced(losses(logits.value(), log_total, target), target);
  return record<"cross_entropy">(y, {logits}, [x = logits.value(), log_total, target](Array dy, Into dx) mutable {
    const real* from = x.data();
    gradient(dy, from, log_total, target, dx.open(x));
  });
}

}  // namespace bertlet
