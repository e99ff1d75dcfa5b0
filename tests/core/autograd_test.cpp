#include "core/autograd.h"

#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("gradients add up over backwards until they are reset") {
  const Tensor x = parameter({2}, {3, 5});
  CHECK_FALSE(x.grad());
  backward(sum(x * x));
  CHECK(gradient(x) == Values{6, 10});
  backward(sum(2 * x));
  CHECK(gradient(x) == Values{8, 12});
  Tensor(x).reset_grad();
  CHECK_FALSE(x.grad());
  backward(sum(x * x));
  CHECK(gradient(x) == Values{6, 10});
}

TEST_CASE("a tensor that is both inputs gets both gradients") {
  const Tensor x = parameter({2}, {3, 5});
  SECTION("add") {
    backward(add(x, x), Array::of({2}, {1, 10}));
    CHECK(gradient(x) == Values{2, 20});
  }
  SECTION("sub") {
    backward(sub(x, x), Array::of({2}, {1, 10}));
    CHECK(gradient(x) == Values{0, 0});
  }
  SECTION("mul") {
    backward(mul(x, x), Array::of({2}, {1, 10}));
    CHECK(gradient(x) == Values{6, 100});
  }
  SECTION("matmul") {
    backward(matmul(x, x));  // x · x
    CHECK(gradient(x) == Values{6, 10});
  }
  SECTION("concat") {
    backward(concat({x, x, x}, 0), Array::of({6}, {1, 2, 3, 4, 5, 6}));
    CHECK(gradient(x) == Values{9, 12});
  }
  SECTION("by two ways of different length") {
    backward(exp(neg(x - x)) * x, Array::of({2}, {1, 10}));
    CHECK(gradient(x) == Values{1, 10});
  }
}

TEST_CASE("backward starts at a number, or at anything with a dy of its shape") {
  const Tensor x = parameter({2}, {3, 5});
  CHECK_THROWS_WITH(backward(x * x), "backward: got [2], want a single number — for others give dy: backward(y, dy)");
  CHECK_THROWS_WITH(backward(x * x, Array::filled({3}, 1)), "backward: got dy [3], want [2]");
  CHECK_THROWS_WITH(backward(x * x, Array()), "backward: got dy [0], want [2]");
  CHECK_THROWS_WITH(backward(Tensor()),
                    ContainsSubstring("backward: got") && ContainsSubstring("want a single number"));
  CHECK_THROWS_WITH(backward(Tensor(), Array()), "backward: got an empty tensor");
  CHECK_FALSE(x.grad());
  backward(reshape(sum(x), {1, 1, 1}));
  CHECK(gradient(x) == Values{1, 1});
}

TEST_CASE("backward needs a graph") {
  const Tensor constants = sum(constant({2}, {1, 2}) * 2);
  CHECK_THROWS_WITH(backward(constants), ContainsSubstring("no graph behind this tensor"));
  CHECK_THROWS_WITH(backward(Tensor::parameter(Array::number(1))), ContainsSubstring("no graph behind this tensor"));
}

TEST_CASE("backward works once per forward pass and says so") {
  const Tensor x = parameter({2}, {3, 5});
  SECTION("from the same result") {
    const Tensor y = sum(x * x);
    backward(y);
    CHECK_THROWS_WITH(backward(y), "backward: the graph behind this sum was used already — run the forward pass again");
    CHECK(gradient(x) == Values{6, 10});
  }
  SECTION("from another result that shares a part") {
    const Tensor shared = exp(x), first = sum(shared), second = sum(2 * shared);
    backward(first);
    CHECK_THROWS_WITH(backward(second),
                      "backward: the graph behind this exp was used already — run the forward pass again");
  }
  SECTION("the value of a used graph is still there, and used as a constant it is no trouble") {
    const Tensor y = x * x;
    backward(sum(y));
    CHECK(values(y) == Values{9, 25});
    backward(sum(y.detached() * x));
    CHECK(gradient(x) == Values{6 + 9, 10 + 25});
  }
}

TEST_CASE("a parameter changed between forward and backward is an error") {
  Tensor x = parameter({2}, {3, 5});
  const Tensor loss = sum(x * x);
  SECTION("by an update") {
    x.edit()[0] = 4;
    CHECK_THROWS_WITH(backward(loss),
                      "backward: an input [2] of mul was changed after the forward pass — update "
                      "parameters after backward");
  }
  SECTION("by freezing it") {
    x.set_wants_grad(false);
    CHECK_THROWS_WITH(backward(loss), ContainsSubstring("was changed after the forward pass"));
  }
  SECTION("by moving it") {
    x.move_to(Array({2}), Array({2}));
    CHECK_THROWS_WITH(backward(loss), ContainsSubstring("was changed after the forward pass"));
  }
  SECTION("but not between two passes") {
    backward(loss);
    x.edit()[0] = 4;
    backward(sum(x * x));
    CHECK(gradient(x) == Values{6 + 8, 20});
  }
}

TEST_CASE("only leaves can be edited or frozen") {
  Tensor y = parameter({2}, {3, 5}) * 2;
  CHECK_THROWS_WITH(y.edit(), "edit: got the result of mul, want a parameter or a constant");
  CHECK_THROWS_WITH(y.set_wants_grad(false), "set_wants_grad: got the result of mul, want a parameter");
}

TEST_CASE("a frozen parameter is a constant until it wants gradients again") {
  Tensor x = parameter({2}, {3, 5});
  const Tensor w = parameter({2}, {1, 2});
  x.set_wants_grad(false);
  CHECK_FALSE((x * x).wants_grad());
  backward(sum(x * w));
  CHECK_FALSE(x.grad());
  CHECK(gradient(w) == Values{3, 5});
  x.set_wants_grad(true);
  backward(sum(x * w));
  CHECK(gradient(x) == Values{1, 2});
}

TEST_CASE("gradients reach what wants them and nothing else") {
  const Tensor x = parameter({2}, {3, 5}), c = constant({2}, {2, 4});
  SECTION("a constant gets none") {
    backward(sum(x * c));
    CHECK(gradient(x) == Values{2, 4});
    CHECK_FALSE(c.grad());
  }
  SECTION("a detached tensor passes none on") {
    const Tensor y = x * c;
    backward(sum(y.detached() * x + y));
    CHECK(gradient(x) == Values{6 + 2, 20 + 4});
  }
  SECTION("a parameter outside the graph gets none") {
    const Tensor other = parameter({2}, {1, 1});
    const Tensor unused = exp(other);
    backward(sum(x));
    CHECK_FALSE(other.grad());
  }
  SECTION("a concat wants only some of its parts") {
    const Tensor y = parameter({3}, {1, 1, 1});
    backward(concat({c, x, c, y}, 0), Array::of({9}, {1, 2, 3, 4, 5, 6, 7, 8, 9}));
    CHECK(gradient(x) == Values{3, 4});
    CHECK(gradient(y) == Values{7, 8, 9});
    CHECK_FALSE(c.grad());
  }
}

TEST_CASE("gradients of inner results are gone after backward") {
  const Tensor x = parameter({2}, {3, 5}), y = x * x;
  backward(sum(y));
  CHECK_FALSE(y.grad());
}

TEST_CASE("zero-size tensors have zero-size gradients") {
  const Tensor x = Tensor::parameter(Array(Shape{0, 3}));
  backward(sum(exp(x) * 2));
  CHECK(x.grad().shape() == Shape{0, 3});
  backward(sum(x, 0), Array::filled({3}, 1));
  CHECK(x.grad().size() == 0);
}

TEST_CASE("a gradient of the wrong shape is an error") {
  const Tensor x = parameter({2}, {3, 5});
  const Tensor y = record<"test_wrong_shape">(Array::number(1), {x}, [](Array dy, Into dx) { dx += dy; });
  CHECK_THROWS_WITH(backward(y), "backward: a gradient of shape [] came for a value of shape [2]");
}

TEST_CASE("a handle on nothing says so") {
  Tensor nothing;
  CHECK_FALSE(nothing);
  CHECK_FALSE(nothing.wants_grad());
  const auto text = ContainsSubstring("Tensor: got a handle on nothing");
  CHECK_THROWS_WITH(nothing.value(), text);
  CHECK_THROWS_WITH(nothing.shape(), text);
  CHECK_THROWS_WITH(nothing.item(), text);
  CHECK_THROWS_WITH(nothing.grad(), text);
  CHECK_THROWS_WITH(nothing.reset_grad(), text);
  CHECK_THROWS_WITH(nothing.edit(), text);
  CHECK_THROWS_WITH(nothing.detached(), text);
  CHECK_THROWS_WITH(add(nothing, 1), text);
}

TEST_CASE("item reads the one number there is") {
  CHECK(Tensor(7).item() == 7);
  CHECK(constant({1, 1}, {7}).item() == 7);
  CHECK_THROWS_WITH(constant({2}, {1, 2}).item(), "item: got [2], want a single number");
  CHECK_THROWS_WITH(Tensor(Array(Shape{0})).item(), "item: got [0], want a single number");
}
