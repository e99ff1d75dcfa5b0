#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"
#include "core/kernels/isa.h"
#include "core/kernels/rows.h"
#include "tests/catch.h"

#if defined(__x86_64__)

namespace bertlet {

extern const ArithmeticKernels arithmetic_v2, arithmetic_v3, arithmetic_v4;
extern const FunctionKernels functions_v2, functions_v3, functions_v4;
extern const RowKernels row_kernels_v2, row_kernels_v3, row_kernels_v4;

}  // namespace bertlet

using namespace bertlet;

namespace {

using Numbers = std::vector<real>;
constexpr int64_t rows = 7, cols = 701, n = rows * cols;

struct Tables {
  Isa isa;
  const ArithmeticKernels& arithmetic;
  const FunctionKernels& functions;
  const RowKernels& rows;
};

// Of the tables those that run under the chosen instruction set, which is the machine's best unless one is forced.
std::vector<Tables> tables() {
  const Tables all[] = {{Isa::v2, arithmetic_v2, functions_v2, row_kernels_v2},
                        {Isa::v3, arithmetic_v3, functions_v3, row_kernels_v3},
                        {Isa::v4, arithmetic_v4, functions_v4, row_kernels_v4}};
  std::vector<Tables> here;
  for (const Tables& t : all)
    if (t.isa <= isa()) here.push_back(t);
  return here;
}

Numbers numbers(real scale, int64_t from) {
  Numbers x(n);
  for (int64_t i = 0; i < n; ++i) x[to_size(i)] = scale * (static_cast<real>((i + from) * 7919 % 10007) / 5003 - 1);
  return x;
}

const Numbers a = numbers(9, 0), b = numbers(real(0.5), 999), positive = [] {
  Numbers x = numbers(50, 0);
  for (real& v : x) v = std::fabs(v) + real(0.01);
  return x;
}();

// One result of every kernel, end to end.
Numbers everything(const Tables& t) {
  Numbers all;
  const auto keep = [&](auto f) {
    Numbers y(n);
    f(y.data());
    all.insert(all.end(), y.begin(), y.end());
  };
  const FunctionKernels& f = t.functions;
  for (const UnaryKernels& k : {f.exp, f.tanh, f.sigmoid, f.relu, f.erf, f.gelu, f.gelu_tanh}) {
    keep([&](real* y) { k.value(a.data(), y, n); });
    keep([&](real* y) { k.grad(b.data(), positive.data(), 0, y, n); });
  }
  for (const UnaryKernels& k : {f.sqrt, f.log}) keep([&](real* y) { k.value(positive.data(), y, n); });
  for (const BinaryKernels& k : {t.arithmetic.mul, t.arithmetic.div, t.arithmetic.pow}) {
    keep([&](real* y) { k.value(positive.data(), 1, b.data(), 1, y, n); });
    keep([&](real* y) { k.grad_a(a.data(), positive.data(), 1, b.data(), 1, 1, y, n); });
    keep([&](real* y) { k.grad_b(a.data(), positive.data(), 1, b.data(), 1, 0, y, n); });
  }
  keep([&](real* y) { std::copy(a.begin(), a.end(), y), t.arithmetic.axpby(real(0.7), b.data(), real(-0.3), y, n); });
  keep([&](real* y) { t.rows.softmax(a.data(), y, rows, cols); });
  keep([&](real* y) { t.rows.log_softmax(a.data(), y, rows, cols); });
  keep([&](real* y) { t.rows.sum(a.data(), y, rows, cols); });
  keep([&](real* y) { t.rows.sum_columns(a.data(), y, rows, cols); });
  return all;
}

bool same_bits(const Numbers& x, const Numbers& y) {
  return std::memcmp(x.data(), y.data(), x.size() * sizeof(real)) == 0;
}

double worst_relative(const Numbers& x, const Numbers& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] != y[i])
      worst =
          std::max(worst, static_cast<double>(std::fabs((x[i] - y[i]) / std::max(std::fabs(x[i]), std::fabs(y[i])))));
  return worst;
}

}  // namespace

TEST_CASE("all instruction sets agree to 1e-6, and -v3 and -v4 to the bit", "[kernels]") {
  const std::vector<Tables> here = tables();
  const Numbers first = everything(here.front());
  for (const Tables& t : here) CHECK(worst_relative(first, everything(t)) <= 1e-6);
  if (here.size() == 3) CHECK(same_bits(everything(here[1]), everything(here[2])));
}

#endif
