#include "optim/adafactor.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/arithmetic.h"
#include "core/parallel.h"
#include "core/require.h"
#include "optim/kernels/update.h"

namespace bertlet::optim {

namespace {

double root_mean_square(const Array& x) {
  return x.size() == 0 ? 0 : std::sqrt(updates().sum_squares(x.data(), x.size()) / static_cast<double>(x.size()));
}

// A stack of matrices, the last two axes.
struct Matrices {
  int64_t count, rows, cols;

  explicit Matrices(const Shape& shape)
      : count(Shape(shape.first(shape.rank() - 2)).count()), rows(shape[-2]), cols(shape[-1]) {}
};

void blend(real& moment, double beta2, double fresh) {
  moment = static_cast<real>(beta2 * static_cast<double>(moment) + (1 - beta2) * fresh);
}

// g <- g / √(rows ⊗ cols / mean rows), for each matrix
void divide_by_root(Array& g, const Array& row_means, const Array& col_means) {
  const Matrices matrices(g.shape());
  for (int64_t i = 0; i < matrices.count; ++i) {
    const real *row = row_means.data() + i * matrices.rows, *col = col_means.data() + i * matrices.cols;
    double mean = 0;
    for (int64_t r = 0; r < matrices.rows; ++r)
      mean += static_cast<double>(row[r]) / static_cast<double>(matrices.rows);
    parallel_for(matrices.rows, 64, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const double by_row = 1 / std::sqrt(static_cast<double>(row[r]) / mean);
        real* to = &g[(i * matrices.rows + r) * matrices.cols];
        for (int64_t c = 0; c < matrices.cols; ++c)
          to[c] = static_cast<real>(static_cast<double>(to[c]) * by_row / std::sqrt(static_cast<double>(col[c])));
      }
    });
  }
}

}  // namespace

Adafactor::Adafactor(const Parameters& parameters, AdafactorOptions options)
    : options_(std::move(options)), slots_(parameters, options_.weight_decay, options_.groups) {
  for (const Slots::Slot& slot : slots_.slots()) {
    const Shape& shape = slot.tensor.shape();
    if (shape.rank() >= 2)
      moments_.push_back(
          {Array::filled(shape.without(shape.rank() - 1), 0), Array::filled(shape.without(shape.rank() - 2), 0), {}});
    else
      moments_.push_back({{}, {}, Array::filled(shape, 0)});
  }
  if (options_.beta1 > 0) first_ = Array::filled({slots_.size()}, 0, "Adafactor");
}

double Adafactor::rate(const Slots::Slot& slot, const Step& step) const {
  const auto t = static_cast<double>(slot.steps);
  const double relative = std::min(options_.warmup_init ? 1e-6 * t : 1e-2, 1 / std::sqrt(t));
  const double scale =
      options_.scale_parameter ? std::max(options_.epsilon_scale, root_mean_square(slot.tensor.value())) : 1;
  return scale * step.factor * slot.settings.lr_scale * (options_.relative_step ? relative : options_.lr);
}

void Adafactor::second_moments(const Array& g, double beta2, Moments& moments) const {
  const auto square = [&](int64_t i) {
    return static_cast<double>(g[i]) * static_cast<double>(g[i]) + options_.epsilon_square;
  };
  if (moments.full) {
    for (int64_t i = 0; i < g.size(); ++i) blend(moments.full[i], beta2, square(i));
    return;
  }
  const Matrices matrices(g.shape());
  for (int64_t i = 0; i < matrices.count; ++i) {
    std::vector<double> by_col(to_size(matrices.cols));
    for (int64_t r = 0; r < matrices.rows; ++r) {
      double by_row = 0;
      for (int64_t c = 0; c < matrices.cols; ++c) {
        const double s = square((i * matrices.rows + r) * matrices.cols + c);
        by_row += s;
        by_col[to_size(c)] += s;
      }
      blend(moments.rows[i * matrices.rows + r], beta2, by_row / static_cast<double>(matrices.cols));
    }
    for (int64_t c = 0; c < matrices.cols; ++c)
      blend(moments.cols[i * matrices.cols + c], beta2, by_col[to_size(c)] / static_cast<double>(matrices.rows));
  }
}

void Adafactor::update(const Slots::Piece& all, const Step& step, double g_factor) {
  const Slots::Slot& slot = all.slot;
  Moments& moments = moments_[to_size(&slot - slots_.slots().data())];
  Array change(slot.tensor.shape(), "Adafactor");
  arithmetic().axpby(static_cast<real>(g_factor), all.grad, 0, change.data(), all.size);
  second_moments(change, 1 - std::pow(static_cast<double>(slot.steps), options_.decay_rate), moments);
  if (moments.full)
    for (int64_t i = 0; i < all.size; ++i)
      change[i] = static_cast<real>(static_cast<double>(change[i]) / std::sqrt(static_cast<double>(moments.full[i])));
  else
    divide_by_root(change, moments.rows, moments.cols);

  const double lr = rate(slot, step), clip = std::max(1.0, root_mean_square(change) / options_.clip_threshold);
  auto scale = static_cast<real>(lr / clip);
  real* direction = change.data();
  if (first_) {
    direction = first_.data() + all.at;
    arithmetic().axpby(static_cast<real>(1 - options_.beta1) * scale, change.data(), static_cast<real>(options_.beta1),
                       direction, all.size);
    scale = 1;
  }
  arithmetic().axpby(-scale, direction, static_cast<real>(1 - lr * slot.settings.weight_decay), all.value, all.size);
}

double Adafactor::step(const Step& step) {
  const double norm = slots_.gradient_norm(step.items);
  if (!std::isfinite(norm)) return norm;
  const double g_factor = Slots::gradient_factor(step, norm);
  slots_.count_step();
  slots_.for_parameters([&](const Slots::Piece& all) { update(all, step, g_factor); });
  return norm;
}

State Adafactor::state() const {
  State state;
  slots_.save_steps(state);
  if (first_) slots_.save(state, "exp_avg", first_);
  for (std::size_t i = 0; i < moments_.size(); ++i) {
    const std::string& name = slots_.slots()[i].name;
    if (moments_[i].full) state.emplace("exp_avg_sq." + name, moments_[i].full);
    if (moments_[i].rows) state.emplace("exp_avg_sq_row." + name, moments_[i].rows);
    if (moments_[i].cols) state.emplace("exp_avg_sq_col." + name, moments_[i].cols);
  }
  return state;
}

void Adafactor::load(const State& state) {
  slots_.load_steps(state);
  if (first_) slots_.load(state, "exp_avg", first_);
  for (const auto& [name, array] : this->state()) {
    if (!name.starts_with("exp_avg_sq")) continue;
    const auto given = state.find(name);
    require(given != state.end() && given->second.shape() == array.shape(), "optimizer state: {} is missing or not {}",
            name, array.shape());
    Array to = array;
    std::copy_n(given->second.data(), to.size(), to.data());
  }
}

}  // namespace bertlet::optim
