#include "nn/norm/dropout.h"

#include <cmath>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t dropped_at_once = 1 << 14;

void apply(const DropoutMask& mask, const DropoutPlaces& places, const real* x, real beta, real* y, int64_t count) {
  parallel_for(count, dropped_at_once, [&](int64_t begin, int64_t end) {
    places.each(begin, end - begin, [&](int64_t place, int64_t at, int64_t n) {
      dropout_kernels().apply(mask, place, x + at, beta, y + at, n);
    });
  });
}

}  // namespace

DropoutMask dropout_mask(const char* operation, real rate, const Rng& rng) {
  require(rate >= 0 && rate <= 1, "{}: got a rate of {}, want 0 … 1", operation, rate);
  const auto drop = static_cast<std::int32_t>(std::lround(rate * 65536));
  return {stream_key(rng), drop, drop == 65536 ? 0 : 65536 / static_cast<real>(65536 - drop)};
}

DropoutPlaces::DropoutPlaces(const char* operation, std::vector<int64_t> of, const Shape& shape)
    : rows(std::move(of)), columns(rows.empty() ? 0 : shape.without(0).count()) {
  require(rows.empty() || shape[0] == std::ssize(rows), "{}: got the numbers of {} rows for {}", operation, rows.size(),
          shape);
}

Tensor dropout(const Tensor& x, real rate, const Rng& rng, std::vector<int64_t> rows) {
  const DropoutMask mask = dropout_mask("dropout", rate, rng);
  DropoutPlaces places("dropout", std::move(rows), x.shape());
  if (mask.drop == 0) return x;
  Array y(x.shape(), "dropout");
  apply(mask, places, x.value().data(), 0, y.data(), y.size());
  return record<"dropout">(y, {x}, [mask, places = std::move(places)](Array dy, Into dx) {
    const real* from = dy.data();
    const int64_t n = dy.size();
    const Into::Slot to = dx.open(dy);
    apply(mask, places, from, to.beta, to.data, n);
  });
}

}  // namespace bertlet
