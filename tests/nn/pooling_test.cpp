#include "nn/sequence/pooling.h"

#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

const Spans spans{2, 0, 1};

Tensor rows() { return Tensor::parameter(Array::of({3, 2}, {1, 5, 3, 2, 7, 8})); }

using Values = std::vector<real>;
Values pooled(Pooling pooling) { return pool(rows(), spans, pooling).value().values(); }

}  // namespace

TEST_CASE("each pooling by hand; an empty sequence becomes zeros", "[pooling]") {
  CHECK(pooled(Pooling::first) == Values{1, 5, 0, 0, 7, 8});
  CHECK(pooled(Pooling::last) == Values{3, 2, 0, 0, 7, 8});
  CHECK(pooled(Pooling::mean) == Values{2, 3.5, 0, 0, 7, 8});
  CHECK(pooled(Pooling::max) == Values{3, 5, 0, 0, 7, 8});
  CHECK(pooled(Pooling::mean_sqrt)[0] == Approx(2.82842712));
  CHECK(attention_pool(rows(), Array::filled({3, 1}, 4), spans).value().values() == Values{2, 3.5, 0, 0, 7, 8});
}

TEST_CASE("of equal maxima the first row gets the gradient, and a NaN is a maximum", "[pooling]") {
  const Tensor x = Tensor::parameter(Array::of({3, 1}, {4, 4, 1}));
  backward(pool(x, Spans{3}, Pooling::max), Array::filled({1, 1}, 1));
  CHECK(x.grad().values() == Values{1, 0, 0});
  CHECK(std::isnan(pool(Array::of({3, 1}, {4, NAN, 5}), Spans{3}, Pooling::max).item()));
}

TEST_CASE("no sequences at all pool to nothing", "[pooling]") {
  CHECK(pool(Array({0, 3}), Spans{}, Pooling::mean).shape() == Shape{0, 3});
  CHECK(pool(Array({0, 3}), Spans{0, 0}, Pooling::max).value().values() == Values(6));
}

TEST_CASE("pooling says what does not fit", "[pooling]") {
  CHECK_THROWS_WITH(pool(rows(), Spans{2}, Pooling::mean),
                    ContainsSubstring("pool: got [3, 2]") && ContainsSubstring("2 rows"));
  CHECK_THROWS_WITH(attention_pool(rows(), Array({2}), spans), ContainsSubstring("one for each row"));
}
