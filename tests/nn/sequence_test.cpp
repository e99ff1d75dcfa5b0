#include "core/ops.h"
#include "core/random.h"
#include "nn/parameters.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/conv1d.h"
#include "nn/sequence/crf.h"
#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

template <class Module>
Module drawn(Module module) {
  std::uint32_t site = 0;
  module.visit([&](const char*, Tensor& p) { p = Tensor::parameter(normal({.seed = 3, .site = site++}, p.shape())); });
  return module;
}

Array rows(int64_t n, int64_t columns) { return normal({.seed = 9}, {n, columns}); }

// Equal but for the rounding of products of other sizes.
bool same(const Array& a, const Array& b) {
  if (a.shape() != b.shape()) return false;
  constexpr double tolerance = sizeof(real) == 8 ? 1e-13 : 1e-5;
  for (int64_t i = 0; i < a.size(); ++i)
    if (!(std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])) <= tolerance)) return false;
  return true;
}

}  // namespace

TEST_CASE("a sequence's result does not depend on its neighbours", "[sequence]") {
  const Array x = rows(11, 4);
  const Spans spans{3, 0, 7, 1};
  const LSTM lstm = drawn(LSTM(4, 5, Directions::two));
  const GRU gru = drawn(GRU(4, 5, Directions::two));
  const Conv1d conv = drawn(Conv1d(4, 5, 3));
  for (int64_t i = 0; i < spans.count(); ++i) {
    const int64_t begin = spans.begin(i), end = spans.end(i);
    const Array own = x.rows(begin, end);
    const Spans alone{spans.length(i)};
    CHECK(same(lstm(x, spans).output.value().rows(begin, end), lstm(own, alone).output.value()));
    CHECK(same(lstm(x, spans).last.cell.value().rows(i, i + 1), lstm(own, alone).last.cell.value()));
    CHECK(same(gru(x, spans).output.value().rows(begin, end), gru(own, alone).output.value()));
    CHECK(same(gru(x, spans).last.value().rows(i, i + 1), gru(own, alone).last.value()));
    CHECK(same(conv(x, spans).value().rows(begin, end), conv(own, alone).value()));
  }
}

TEST_CASE("the last state of the second direction is the one at the first row", "[sequence]") {
  const LSTM lstm = drawn(LSTM(2, 1, Directions::two));
  const LstmResult y = lstm(rows(3, 2), Spans{3});
  CHECK(y.last.hidden.value()[0] == y.output.value()[4]);
  CHECK(y.last.hidden.value()[1] == y.output.value()[1]);
}

TEST_CASE("an empty sequence ends in the state that it began with", "[sequence]") {
  const Tensor state = rows(2, 3);
  const LstmResult y = drawn(LSTM(2, 3))(rows(1, 2), Spans{0, 1}, {state, state});
  CHECK(same(y.last.hidden.value().rows(0, 1), state.value().rows(0, 1)));
  CHECK(same(y.last.cell.value().rows(0, 1), state.value().rows(0, 1)));
  CHECK(drawn(GRU(2, 3))(Array({0, 2}), Spans{}).output.shape() == Shape{0, 3});
}

TEST_CASE("one sequence in two parts, the state handed on, is the sequence in one", "[sequence]") {
  const Array x = rows(5, 2);
  const LSTM lstm = drawn(LSTM(2, 3));
  const LstmResult first = lstm(x.rows(0, 2), Spans{2}), second = lstm(x.rows(2, 5), Spans{3}, first.last);
  CHECK(same(second.output.value(), lstm(x, Spans{5}).output.value().rows(2, 5)));
}

TEST_CASE("frozen weights get no gradient, the input gets its own", "[sequence]") {
  LSTM lstm = drawn(LSTM(2, 3));
  Parameters parameters = parameters_of(lstm);
  CHECK(parameters.count() == 12 * 2 + 12 * 3 + 12 + 12);
  parameters.freeze("*");
  const Tensor x = Tensor::parameter(rows(4, 2));
  backward(sum(lstm(x, Spans{4}).output));
  CHECK(x.grad());
  for (const Parameter& p : parameters.list()) CHECK_FALSE(p.tensor.grad());
}

TEST_CASE("under valid a sequence shorter than the kernel becomes empty", "[sequence]") {
  const Conv1d conv(2, 3, 3, Ends::valid);
  CHECK(conv.convolved(Spans{5, 2, 3}) == Spans{3, 0, 1});
  CHECK(conv(rows(10, 2), Spans{5, 2, 3}).shape() == Shape{4, 3});
  CHECK(conv(rows(2, 2), Spans{1, 1}).shape() == Shape{0, 3});
}

TEST_CASE("of equally good paths the one with the smallest last tags is found", "[sequence]") {
  CRF crf(3);
  CHECK(crf.decode(Array::filled({4, 3}, 1), Spans{3, 0, 1}) == std::vector<int64_t>{0, 0, 0, 0});
  const Array emissions = Array::of({2, 3}, {0, 1, 1, 1, 0, 1});
  CHECK(crf.decode(emissions, Spans{2}) == std::vector<int64_t>{1, 0});
}

TEST_CASE("the likelihood of the only path is 1, also of an empty sequence", "[sequence]") {
  const CRF crf = drawn(CRF(1));
  CHECK(same(crf.log_likelihood(rows(3, 1), {0, 0, 0}, Spans{2, 0, 1}).value(), Array::filled({3}, 0)));
}

TEST_CASE("likelihoods over all paths add up to 1 after thousands of rows", "[sequence]") {
  const CRF crf = drawn(CRF(2));
  const int64_t n = 4000;
  const Array emissions = rows(n, 2);
  const std::vector<int64_t> best = crf.decode(emissions, Spans{n});
  const real log_best = crf.log_likelihood(emissions, best, Spans{n}).item();
  CHECK(log_best < 0);
  CHECK(std::isfinite(log_best));
  const Tensor x = Tensor::parameter(emissions);
  backward(sum(crf.log_likelihood(x, best, Spans{n})));
  double worst = 0;  // each row's gradient is what the tag has, 1, minus probabilities that add up to 1
  for (int64_t row = 0; row < n; ++row)
    worst =
        std::max(worst, std::abs(static_cast<double>(x.grad()[2 * row]) + static_cast<double>(x.grad()[2 * row + 1])));
  CHECK(worst < 1e-5);
}

TEST_CASE("sequence layers say what does not fit", "[sequence]") {
  const LSTM lstm(2, 3);
  CHECK_THROWS_WITH(lstm(rows(4, 2), Spans{3}), ContainsSubstring("lstm: got [4, 2]") && ContainsSubstring("3 rows"));
  CHECK_THROWS_WITH(lstm(rows(3, 5), Spans{3}),
                    ContainsSubstring("lstm: got weights [12, 2]") && ContainsSubstring("want [12, 5]"));
  CHECK_THROWS_WITH(lstm(rows(3, 2), Spans{3}, {rows(2, 3), {}}),
                    ContainsSubstring("initial state [2, 3], want [1, 3]"));
  CHECK_THROWS_WITH(Conv1d(2, 3, 3)(rows(3, 4), Spans{3}), ContainsSubstring("conv1d: got [3, 4]"));
  CHECK_THROWS_WITH(CRF(3).log_likelihood(rows(2, 3), {0, 3}, Spans{2}),
                    ContainsSubstring("tag of row 1 is 3, want 0 … 2"));
  CHECK_THROWS_WITH(CRF(3).decode(rows(2, 4), Spans{2}),
                    ContainsSubstring("crf_decode") && ContainsSubstring("[3, 3]"));
}
