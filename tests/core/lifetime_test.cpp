#include <functional>

#include "core/autograd.h"
#include "core/graph.h"
#include "core/memory.h"
#include "core/ops.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/core/tensors.h"

using namespace bertlet;

namespace {

Tensor small_network(const Tensor& x, const Tensor& w1, const Tensor& w2) {
  return sum(log_softmax(matmul(gelu(matmul(x, w1)), w2)) * real(0.1));
}

Tensor filled(const Shape& shape, real value) { return Tensor::parameter(Array::filled(shape, value)); }

}  // namespace

TEST_CASE("a result of constants keeps nothing of where it came from") {
  const Tensor x = constant({2}, {1, 2});
  const Tensor y = exp(x * x);
  CHECK(y.node()->operation().empty());
  CHECK(y.node()->inputs().empty());
  CHECK(y.node()->kept().empty());
}

TEST_CASE("what a closure holds is dropped on the spot when no gradient is wanted") {
  const Array kept = Array::filled({1000}, 1);
  const auto result_of = [&](const Tensor& x) {
    return record<"test_keeps">(Array::number(1), {x}, [kept](Array, Into) {});
  };
  const Tensor of_constant = result_of(Tensor(1));
  CHECK(kept.sole_holder());
  Tensor of_parameter = result_of(filled({}, 1));
  CHECK_FALSE(kept.sole_holder());
  of_parameter = {};
  CHECK(kept.sole_holder());
}

TEST_CASE("inference holds no more memory than its result") {
  const Tensor x = Array::filled({16, 1000}, 1);
  const MemoryMark mark;
  Tensor y = x;
  for (int i = 0; i < 10; ++i) y = tanh(y * 2);
  const int64_t held = mark.live();
  y = x.value().clone();
  CHECK(held == mark.live());
}

TEST_CASE("a graph holds what its closures captured and no other value") {
  const Tensor x = filled({1000}, 1);
  const MemoryMark mark;
  const auto held = [&] { return mark.live() / static_cast<int64_t>(1000 * sizeof(real)); };
  Tensor y = x + 1;
  Tensor z = exp(y * 2);
  CHECK(held() == 2);  // y, because there is a handle on it, and z, which exp captured and has a handle
  y = {};
  CHECK(held() == 1);
  CHECK(describe(z) ==
        "#1 exp [1000], keeps its result\n"
        "  #2 mul [1000], keeps #6\n"
        "    #3 add [1000]\n"
        "      #4 parameter [1000]\n"
        "      #5 constant []\n"
        "    #6 constant []\n");
  backward(sum(z));
  CHECK(x.grad()[999] == Catch::Approx(2 * std::exp(4)));
}

TEST_CASE("a dropped graph leaves nothing behind") {
  const Tensor x = filled({8, 16}, 1), w1 = filled({16, 32}, real(0.1)), w2 = filled({32, 4}, real(0.1));
  const MemoryMark mark;
  SECTION("without a backward") {
    Tensor loss = small_network(x, w1, w2);
    CHECK(mark.live() > 0);
    loss = {};
    CHECK(mark.live() == 0);
  }
  SECTION("backward frees what was saved while the result is still held") {
    const Tensor loss = small_network(x, w1, w2);
    const int64_t graph = mark.live();
    backward(loss);
    for (Tensor t : {x, w1, w2}) t.reset_grad();
    const int64_t rest = mark.live();
    CHECK(rest < graph / 10);
  }
  SECTION("an error on the way loses nothing") {
    CHECK_THROWS_AS(small_network(x, w2, w1), Error);
    CHECK(mark.live() == 0);
  }
}

TEST_CASE("the second identical step takes no fresh memory") {
  const Tensor x = filled({8, 16}, 1), w1 = filled({16, 32}, real(0.1)), w2 = filled({32, 4}, real(0.1));
  const auto step = [&] {
    backward(small_network(x, w1, w2));
    for (Tensor t : {x, w1, w2}) t.reset_grad();
  };
  step();
  const MemoryMark mark;
  for (int i = 0; i < 3; ++i) step();
  CHECK(mark.fresh() == 0);
  CHECK(mark.live() == 0);
}

TEST_CASE("a long chain is no recursion") {
  constexpr int links = sanitized ? 200'000 : 5'000'000;
  const Tensor x = filled({}, 1);
  const MemoryMark mark;
  const auto chain = [&] {
    Tensor y = x;
    for (int i = 0; i < links; ++i) y = -y;
    return y;
  };
  SECTION("forward and backward") {
    backward(chain());
    CHECK(gradient(x) == Values{1});
    Tensor(x).reset_grad();
  }
  SECTION("dropped without a backward") { CHECK(chain().item() == 1); }
  CHECK(mark.live() == 0);
}

TEST_CASE("a wide graph is no recursion either") {
  const Tensor x = filled({}, 1);
  const std::vector<Tensor> parts(200'000, reshape(x, {1}));
  backward(sum(concat(std::span<const Tensor>(parts), 0)));
  CHECK(gradient(x) == Values{200'000});
}

TEST_CASE("a gradient on its last use is adopted instead of copied") {
  const Tensor x = filled({100}, 1);
  const std::vector<std::pair<const char*, std::function<Tensor(const Tensor&)>>> functions = {
      {"reshape",
       [](const Tensor& t) {
         return reshape(t, {10, 10});
       }},
      {"exp", [](const Tensor& t) { return exp(t); }},
      {"gelu", [](const Tensor& t) { return gelu(t); }},
      {"softmax", [](const Tensor& t) { return softmax(t); }},
      {"add", [](const Tensor& t) { return t + 1; }},
      {"mul", [](const Tensor& t) { return t * 2; }}};
  for (const auto& [name, f] : functions) {
    INFO(name);
    Tensor(x).reset_grad();
    const Tensor y = f(x);
    Array dy = Array::filled(y.shape(), 1);
    const real* memory = dy.data();
    SECTION(std::string("given away: ") + name) {
      backward(y, std::move(dy));
      CHECK(x.grad().data() == memory);
    }
    SECTION(std::string("the caller keeps it: ") + name) {
      backward(y, dy);
      CHECK(x.grad().data() != memory);
      CHECK(dy.values() == Values(100, 1));
    }
  }
}

TEST_CASE("a gradient that several want is not adopted by one of them") {
  const Tensor a = filled({100}, 1), b = filled({100}, 1);
  backward(a + b, Array::filled({100}, 3));
  CHECK_FALSE(a.grad().shares_memory(b.grad()));
  CHECK(gradient(a) == Values(100, 3));
  CHECK(gradient(b) == Values(100, 3));
}

TEST_CASE("parameters live in flat memory") {
  Tensor w = parameter({2}, {1, 2}), v = parameter({2, 1}, {3, 4});
  Array flat = Array::filled({4}, -1), gradients = Array::filled({4}, 99);
  w.move_to(flat.rows(0, 2), gradients.rows(0, 2));
  v.move_to(flat.rows(2, 4).shaped({2, 1}), gradients.rows(2, 4).shaped({2, 1}));
  SECTION("their values are slices of it") {
    CHECK(flat.values() == Values{1, 2, 3, 4});
    flat[0] = 7;
    CHECK(values(w) == Values{7, 2});
  }
  SECTION("the first gradient overwrites what lay there, the second adds, nothing moves") {
    CHECK_FALSE(w.grad());
    backward(sum(w * w));
    CHECK(gradients.values() == Values{2, 4, 99, 99});
    backward(sum(w * w) + sum(v));
    CHECK(gradients.values() == Values{4, 8, 1, 1});
    CHECK(w.grad().data() == gradients.data());
    w.reset_grad();
    CHECK_FALSE(w.grad());
    backward(sum(w));
    CHECK(gradients.values() == Values{1, 1, 1, 1});
  }
  SECTION("adoption is refused") {
    backward(reshape(w, {1, 2}), Array::filled({1, 2}, 5));
    CHECK(w.grad().data() == gradients.data());
    CHECK(gradients.values() == Values{5, 5, 99, 99});
  }
  SECTION("a move of the wrong shape, or away from a gradient, is an error") {
    CHECK_THROWS_WITH(w.move_to(Array({3}), Array({2})), "move_to: got [3] and [2], want [2] for both");
    backward(sum(w));
    CHECK_THROWS_WITH(w.move_to(Array({2}), Array({2})), "move_to: the parameter holds a gradient; reset_grad() first");
  }
}

TEST_CASE("the peak counts what lived at the same time") {
  constexpr int64_t bytes = 1 << 20;
  const Shape shape{bytes / int64_t{sizeof(real)}};
  const MemoryUse before = memory_use();
  reset_peak();
  for (int i = 0; i < 3; ++i) Array one(shape);
  const int64_t one_at_a_time = memory_use().peak - before.live;
  { const Array a(shape), b(shape), c(shape); }
  const int64_t together = memory_use().peak - before.live;
  CHECK(one_at_a_time >= bytes);
  CHECK(one_at_a_time < bytes + 1000);
  CHECK(together == 3 * one_at_a_time);
  reset_peak();
  CHECK(memory_use().peak == memory_use().live);
}
