#include "nn/dense/embedding.h"

#include <limits>

#include "core/random.h"
#include "core/require.h"
#include "nn/dense/linear.h"
#include "tests/catch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

namespace {

Tensor table() { return Tensor::parameter(Array::of({3, 2}, {1, 2, 3, 4, 5, 6})); }

}  // namespace

TEST_CASE("embedding by hand") {
  const Tensor words = table();
  const Tensor y = embedding(words, {2, 0, 2});
  CHECK(y.value().values() == std::vector<real>{5, 6, 1, 2, 5, 6});
  backward(y, Array::of({3, 2}, {1, 10, 2, 20, 4, 40}));
  CHECK(words.grad().values() == std::vector<real>{2, 20, 0, 0, 5, 50});
}

TEST_CASE("the padding row gets no gradient") {
  const Tensor words = table();
  const Tensor y = embedding(words, {2, 0, 2}, {.padding = 2});
  CHECK(y.value().values() == std::vector<real>{5, 6, 1, 2, 5, 6});
  backward(y, Array::of({3, 2}, {1, 10, 2, 20, 4, 40}));
  CHECK(words.grad().values() == std::vector<real>{2, 20, 0, 0, 0, 0});
}

// The gradient's memory is full of NaN: whoever writes first must write all of it, and whoever comes second must not
// begin with zeros. The decoder's gradient comes first.
TEST_CASE("an embedding tied to a decoder adds to what the decoder's product wrote") {
  Tensor words = table();
  words.move_to(words.value().clone(), Array::filled({3, 2}, std::numeric_limits<real>::quiet_NaN()));
  const Tensor hidden = embedding(words, {2, 0});
  backward(linear(hidden, words, {}), Array::of({2, 3}, {1, 0, 0, 0, 1, 0}));
  // decoder: hidden rows to words 0 and 1; embedding: words 0 and 1 to rows 2 and 0
  CHECK(words.grad().values() == std::vector<real>{5 + 3, 6 + 4, 1, 2, 1, 2});
}

TEST_CASE("an embedding alone writes zeros where no id points") {
  Tensor words = table();
  words.move_to(words.value().clone(), Array::filled({3, 2}, std::numeric_limits<real>::quiet_NaN()));
  backward(embedding(words, {1}), Array::of({1, 2}, {7, 8}));
  CHECK(words.grad().values() == std::vector<real>{0, 0, 7, 8, 0, 0});
}

TEST_CASE("embedding of no ids is no rows") {
  const Tensor words = table();
  const Tensor y = embedding(words, {});
  CHECK(y.shape() == Shape{0, 2});
  backward(y, Array({0, 2}));
  CHECK(words.grad().values() == std::vector<real>(6, 0));
}

TEST_CASE("embedding says which id is out of range") {
  CHECK_THROWS_WITH(embedding(table(), {0, 3}), ContainsSubstring("embedding: id 1 is 3, want 0 … 2"));
  CHECK_THROWS_AS(embedding(table(), {-1}), Error);
  CHECK_THROWS_WITH(embedding(table(), {0}, {.padding = 3}), ContainsSubstring("embedding: got padding id 3"));
  CHECK_THROWS_WITH(embedding(Tensor(Array::number(1)), {0}), ContainsSubstring("embedding: got a table []"));
}

TEST_CASE("a frozen table gets no gradient") {
  const Tensor frozen = table().detached();
  CHECK_FALSE(embedding(frozen, {1}).wants_grad());
  CHECK(Embedding(30, 4)({1, 2, 3}).shape() == Shape{3, 4});
}
