#include "core/argmax.h"

#include <algorithm>

#include "core/parallel.h"

namespace bertlet {

int64_t argmax(std::span<const real> numbers) { return std::ranges::max_element(numbers) - numbers.begin(); }

std::vector<int64_t> argmax_of_rows(const Array& x) {
  const int64_t columns = x.shape()[1];
  std::vector<int64_t> best(static_cast<std::size_t>(x.shape()[0]));
  parallel_for(std::ssize(best), 8, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      best[static_cast<std::size_t>(row)] =
          argmax(std::span(x.data() + row * columns, static_cast<std::size_t>(columns)));
  });
  return best;
}

}  // namespace bertlet
