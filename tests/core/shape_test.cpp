#include "core/shape.h"

#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;

TEST_CASE("a shape counts its elements") {
  CHECK(Shape{}.count() == 1);
  CHECK(Shape{}.rank() == 0);
  CHECK(Shape{2, 3, 4}.count() == 24);
  CHECK(Shape{2, 0, 4}.count() == 0);
  CHECK(Shape{int64_t{1} << 31, int64_t{1} << 28}.count() == int64_t{1} << 59);
}

TEST_CASE("a count beyond 60 bits is too large, unless an axis is empty") {
  constexpr int64_t huge = int64_t{1} << 40;
  CHECK(Shape{huge, 1 << 20}.count() == Shape::too_large);
  CHECK(Shape{huge, huge}.count() == Shape::too_large);
  CHECK(Shape{huge, huge, huge, huge}.count() == Shape::too_large);
  CHECK(Shape{Shape::too_large}.count() == Shape::too_large);
  CHECK(Shape{huge, huge, 0}.count() == 0);
  CHECK(Shape{0, huge, huge}.count() == 0);
}

TEST_CASE("axes count from the front or from the end") {
  const Shape shape{2, 3, 4};
  CHECK(shape[0] == 2);
  CHECK(shape[-1] == 4);
  CHECK(shape[-3] == 2);
  CHECK(axis_of("op", shape, 2) == 2);
  CHECK(axis_of("op", shape, -3) == 0);
  CHECK_THROWS_WITH(axis_of("op", shape, 3), "op: got axis 3, want one of the 3 axes of [2, 3, 4]");
  CHECK_THROWS_WITH(axis_of("op", shape, -4), "op: got axis -4, want one of the 3 axes of [2, 3, 4]");
  CHECK_THROWS_AS(axis_of("op", Shape{}, 0), Error);
}

TEST_CASE("several axes are named once each") {
  const Shape shape{2, 3, 4};
  const auto named = axes_of("op", shape, std::array{-1, 0});
  CHECK(named == std::array<bool, Shape::max_rank>{true, false, true});
  CHECK_THROWS_WITH(axes_of("op", shape, std::array{1, -2}), "op: got axis -2 twice");
}

TEST_CASE("a shape is changed axis by axis") {
  const Shape shape{2, 3, 4};
  CHECK(shape.with(1, 7) == Shape{2, 7, 4});
  CHECK(shape.with(-1, 0) == Shape{2, 3, 0});
  CHECK(shape.without(0) == Shape{3, 4});
  CHECK(shape.without(2) == Shape{2, 3});
  CHECK(shape.plus(5) == Shape{2, 3, 4, 5});
  CHECK(Shape(shape.first(2)) == Shape{2, 3});
  CHECK(shape == Shape{2, 3, 4});
}

TEST_CASE("shapes differ in length and rank") {
  CHECK_FALSE(Shape{2, 3} == Shape{3, 2});
  CHECK_FALSE(Shape{2} == Shape{2, 1});
  CHECK_FALSE(Shape{} == Shape{1});
}

TEST_CASE("what is no shape is an error") {
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1, 1, 1}), "Shape: got 7 axes, want at most 6");
  CHECK_THROWS_WITH((Shape{2, -1}), "Shape: got [2, -1], want no negative length");
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1, 1}.plus(2)),
                    "Shape: [1, 1, 1, 1, 1, 1] cannot take another axis, 6 is the most");
}

TEST_CASE("a shape prints as its lengths") {
  CHECK(fmt::format("{}", Shape{2, 3}) == "[2, 3]");
  CHECK(fmt::format("{}", Shape{}) == "[]");
}
