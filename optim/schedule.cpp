#include "optim/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/require.h"

namespace bertlet::optim {

namespace {

double ratio(int64_t part, int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(std::max<int64_t>(1, whole));
}

Span checked(const char* schedule, Span span) {
  require(span.warmup >= 0 && span.total > 0,
          "{}: got warm-up {} and {} steps in total, want none below 0 and at least one step", schedule, span.warmup,
          span.total);
  return span;
}

// `after` takes the share of the decay that is done, from 0 at the end of warm-up to 1 at the last step.
template <class After>
Schedule warmed(Span span, After after) {
  return [=](int64_t step) {
    if (step < span.warmup) return ratio(step, span.warmup);
    return after(ratio(step - span.warmup, span.total - span.warmup));
  };
}

}  // namespace

Schedule constant() {
  return [](int64_t) { return 1.0; };
}

Schedule constant_with_warmup(int64_t warmup) {
  return [=](int64_t step) { return step < warmup ? ratio(step, warmup) : 1.0; };
}

Schedule linear(Span span) {
  return warmed(checked("linear", span), [](double done) { return std::max(0.0, 1 - done); });
}

Schedule linear_google(Span span) {
  checked("linear_google", span);
  return [=](int64_t step) {
    return step < span.warmup ? ratio(step, span.warmup) : std::max(0.0, 1 - ratio(step, span.total));
  };
}

Schedule cosine(Span span, double cycles) {
  return warmed(checked("cosine", span),
                [=](double done) { return std::max(0.0, 0.5 * (1 + std::cos(std::numbers::pi * cycles * 2 * done))); });
}

Schedule cosine_with_restarts(Span span, int64_t cycles) {
  return warmed(checked("cosine_with_restarts", span), [n = static_cast<double>(cycles)](double done) {
    if (done >= 1) return 0.0;
    return std::max(0.0, 0.5 * (1 + std::cos(std::numbers::pi * std::fmod(n * done, 1.0))));
  });
}

Schedule polynomial(Span span, double power, double end_factor) {
  return warmed(checked("polynomial", span), [=](double done) {
    return done > 1 ? end_factor : (1 - end_factor) * std::pow(1 - done, power) + end_factor;
  });
}

Schedule inverse_sqrt(int64_t warmup, int64_t timescale) {
  const int64_t scale = timescale > 0 ? timescale : warmup > 0 ? warmup : 10000;
  return [=](int64_t step) {
    return step < warmup ? ratio(step, warmup) : 1 / std::sqrt(ratio(step + scale - warmup, scale));
  };
}

Schedule noam(int64_t hidden, int64_t warmup) {
  require(hidden > 0 && warmup > 0, "noam: got hidden size {} and warm-up {}, want both above 0", hidden, warmup);
  return [=, w = static_cast<double>(warmup), scale = 1 / std::sqrt(static_cast<double>(hidden))](int64_t step) {
    const double n = static_cast<double>(step + 1);
    return scale * std::min(1 / std::sqrt(n), n * std::pow(w, -1.5));
  };
}

Schedule slanted_triangular(int64_t total, double cut, double ratio_of_rates) {
  require(total > 0 && cut > 0 && cut < 1,
          "slanted_triangular: got {} steps and a cut at {}, want some steps and a cut between 0 and 1", total, cut);
  const double peak = std::max(1.0, std::floor(static_cast<double>(total) * cut));
  return [=](int64_t step) {
    const double t = static_cast<double>(step);
    const double p = t < peak ? t / peak : 1 - (t - peak) / (peak * (1 / cut - 1));
    return (1 + std::max(0.0, p) * (ratio_of_rates - 1)) / ratio_of_rates;
  };
}

ReduceOnPlateau::ReduceOnPlateau(const PlateauOptions& options)
    : options_(options), best_((options.larger_is_better ? -1 : 1) * std::numeric_limits<double>::infinity()) {}

bool ReduceOnPlateau::better(double measure) const {
  if (options_.larger_is_better) return measure > best_ * (1 + options_.threshold);
  return measure < best_ * (1 - options_.threshold);
}

double ReduceOnPlateau::operator()(double measure) {
  if (better(measure)) {
    best_ = measure;
    bad_ = 0;
  } else {
    ++bad_;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_ = 0;
  }
  if (bad_ > options_.patience) {
    factor_ = std::max(options_.least, factor_ * options_.factor);
    cooling_ = options_.cooldown;
    bad_ = 0;
  }
  return factor_;
}

std::string plot(const Schedule& schedule, int64_t steps, int columns, int rows) {
  require(steps > 0 && columns > 0 && rows > 0,
          "plot: got {} steps on {} columns and {} rows, want at least one of each", steps, columns, rows);
  std::vector<double> values(to_size(columns));
  for (int column = 0; column < columns; ++column)
    values[to_size(column)] = schedule(column * (steps - 1) / std::max(1, columns - 1));
  const double top = *std::ranges::max_element(values);
  std::string text;
  for (int row = rows; row > 0; --row) {
    text += row == rows ? fmt::format("{:8.3g} |", top)
            : row == 1  ? fmt::format("{:8.3g} |", 0.0)
                        : fmt::format("{:8} |", "");
    std::string line;
    for (const double value : values) {
      const double height = top > 0 ? value / top * rows : 0;
      line += height >= row ? "█" : height >= row - 0.5 ? "▄" : " ";
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text + fmt::format("{:8} +{:->{}}\n{:10}0{:>{}}\n", "", "", columns, "", steps - 1, columns - 1);
}

}  // namespace bertlet::optim
