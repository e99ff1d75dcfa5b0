#include "bert/metrics/perplexity.h"

#include <cmath>
#include <numbers>

#include "bert/metrics/scores.h"

namespace bertlet::metrics {

double perplexity(double sum_of_losses, std::int64_t tokens) {
  return std::exp(ratio(sum_of_losses, static_cast<double>(tokens)));
}

double bits_per_byte(double sum_of_losses, std::int64_t bytes) {
  return ratio(sum_of_losses, static_cast<double>(bytes)) / std::numbers::ln2;
}

}  // namespace bertlet::metrics
