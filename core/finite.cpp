#include "core/finite.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/parallel.h"
#include "core/require.h"
#include "core/tensor.h"

namespace bertlet {

namespace {

constexpr int64_t looked_at_once = 1 << 16;

CheckFinite* innermost = nullptr;

// The largest without their signs: what is not finite has all bits of the exponent.
bool all_finite(const real* values, int64_t count) {
  using Bits = std::conditional_t<sizeof(real) == sizeof(std::uint32_t), std::uint32_t, std::uint64_t>;
  constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
  constexpr Bits infinity = std::bit_cast<Bits>(std::numeric_limits<real>::infinity());
  Bits largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::max(largest, std::bit_cast<Bits>(values[i]) & ~sign);
  return largest < infinity;
}

}  // namespace

std::optional<int64_t> first_not_finite(const Array& values) {
  std::atomic<bool> finite = true;
  parallel_for(values.size(), looked_at_once, [&](int64_t begin, int64_t end) {
    if (!all_finite(values.data() + begin, end - begin)) finite = false;
  });
  if (finite) return {};
  int64_t place = 0;
  while (std::isfinite(values[place])) ++place;
  return place;
}

void require_finite(const Array& values, const std::string& what) {
  if (const std::optional<int64_t> place = first_not_finite(values))
    require(false, "{}: number {} is {}, want finite ones", what, *place, values[*place]);
}

CheckFinite::CheckFinite(NameOf name_of) : name_of_(std::move(name_of)), outer_(std::exchange(innermost, this)) {}

CheckFinite::~CheckFinite() { innermost = outer_; }

void CheckFinite::result(const Node& node, const Array& value) {
  if (innermost != nullptr) require_finite(value, fmt::format("{}: the result {}", node.operation(), value.shape()));
}

void CheckFinite::gradients(const Node& node) {
  if (innermost == nullptr) return;
  for (const Edge& input : node.inputs()) {
    if (!input.node->has_grad) continue;
    const bool named = input.node->order == 0 && innermost->name_of_;
    const std::string of = named ? innermost->name_of_(*input.node) : "an input";
    require_finite(input.node->grad, fmt::format("{}: the gradient {} of {}", node.operation(), input.node->shape, of));
  }
}

}  // namespace bertlet
