#include "nn/norm/dropout.h"

#include <cmath>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t dropped_at_once = 1 << 14;

void apply(const DropoutMask& mask, const real* x, real beta, real* y, int64_t n) {
  parallel_for(n, dropped_at_once, [&](int64_t begin, int64_t end) {
    dropout_kernels().apply(mask, begin, x + begin, beta, y + begin, end - begin);
  });
}

}  // namespace

DropoutMask dropout_mask(const char* operation, real rate, const Rng& rng) {
  require(rate >= 0 && rate <= 1, "{}: got a rate of {}, want 0 … 1", operation, rate);
  const auto drop = static_cast<std::int32_t>(std::lround(rate * 65536));
  return {stream_key(rng), drop, drop == 65536 ? 0 : 65536 / static_cast<real>(65536 - drop)};
}

Tensor dropout(const Tensor& x, real rate, const Rng& rng) {
  const DropoutMask mask = dropout_mask("dropout", rate, rng);
  if (mask.drop == 0) return x;
  Array y(x.shape(), "dropout");
  apply(mask, x.value().data(), 0, y.data(), y.size());
  return record<"dropout">(y, {x}, [mask](Array dy, Into dx) {
    const real* from = dy.data();
    const int64_t n = dy.size();
    const Into::Slot to = dx.open(dy);
    apply(mask, from, to.beta, to.data, n);
  });
}

}  // namespace bertlet
