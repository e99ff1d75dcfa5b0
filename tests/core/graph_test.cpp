#include "core/graph.h"

#include <algorithm>

#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;

namespace {

// A hidden layer whose result is used twice.
Tensor shared_node() {
  const Tensor x = constant({2, 3}, {1, 2, 3, 4, 5, 6}), w = Tensor::parameter(Array::filled({3, 2}, 1));
  const Tensor hidden = tanh(matmul(x, w));
  return sum(hidden * softmax(hidden) + 1);
}

}  // namespace

TEST_CASE("describe tells a graph from the result back to its leaves") {
  CHECK(describe(shared_node()) ==
        "#1 sum []\n"
        "  #2 add [2, 2]\n"
        "    #3 mul [2, 2], keeps #4 and #8\n"
        "      #4 tanh [2, 2], keeps its result\n"
        "        #5 matmul [2, 2], keeps #6\n"
        "          #6 constant [2, 3]\n"
        "          #7 parameter [3, 2]\n"
        "      #8 softmax [2, 2], keeps its result\n"
        "        #4 (above)\n"
        "    #9 constant []\n");
}

TEST_CASE("describe shows the shape of what belongs to no other node") {
  const Tensor x = parameter({2, 2}, {1, 2, 3, 4});
  CHECK(describe(where(Array::filled({2}, 1), x * x, 0)) ==
        "#1 where [2, 2], keeps [2]\n"
        "  #2 mul [2, 2], keeps #3\n"
        "    #3 parameter [2, 2]\n"
        "    #3 (above)\n"
        "  #4 constant []\n");
}

TEST_CASE("describe stops where it is told to") {
  CHECK(describe(shared_node(), 2) ==
        "#1 sum []\n"
        "  #2 add [2, 2]\n"
        "…\n");
}

TEST_CASE("describe says what backward has used") {
  const Tensor y = shared_node();
  backward(y);
  CHECK(describe(y) == "#1 sum [], used by backward\n");
}

TEST_CASE("describe knows leaves") {
  CHECK(describe(constant({2}, {1, 2})) == "#1 constant [2]\n");
  CHECK(describe(parameter({2}, {1, 2})) == "#1 parameter [2]\n");
  CHECK_THROWS_WITH(describe(Tensor()), "describe: got an empty tensor");
  CHECK_THROWS_WITH(to_dot(Tensor()), "to_dot: got an empty tensor");
}

TEST_CASE("to_dot draws each node once and an edge for each use") {
  const Tensor x = parameter({2}, {1, 2}), y = exp(x);
  CHECK(to_dot(sum(y * y)) == R"(digraph bertlet {
  rankdir=BT;
  n1 [label="sum\n[]"];
  n2 [label="mul\n[2]"];
  n3 [label="exp\n[2]"];
  n4 [label="parameter\n[2]", shape=box];
  n2 -> n1;
  n3 -> n2;
  n4 -> n3;
  n3 -> n2;
}
)");
}

TEST_CASE("a long graph is described without recursion") {
  Tensor y = parameter({}, {1});
  for (int i = 0; i < 20'000; ++i) y = -y;
  const std::string text = describe(y, 5);
  CHECK(std::count(text.begin(), text.end(), '\n') == 6);
  const std::string dot = to_dot(y);
  CHECK(std::count(dot.begin(), dot.end(), '\n') == 2 + 20'001 + 20'000 + 1);
}
