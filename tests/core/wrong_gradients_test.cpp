// The checker can fail: six operations, each with gradients that are wrong in a way people get them wrong.
#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/ops/elementwise.h"
#include "core/random.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

enum class Mistake { none, factor, dropped_term, wrong_axis };

Array plain(const Tensor& x) { return x.value(); }

Array times(const Array& a, const Array& b) { return combine("test", arithmetic().mul.value, a, b); }
Array minus(const Array& a, const Array& b) { return combine("test", arithmetic().sub, a, b); }
Array by_factor(Mistake mistake, const Array& g) {
  return scaled("test", mistake == Mistake::factor ? real(1.01) : 1, g);
}
Array flipped(const Array& square) { return transpose(Tensor(square)).value(); }

// A gradient in which rows and columns have changed places.
Array turned(Mistake mistake, const Array& g) { return mistake == Mistake::wrong_axis ? flipped(g) : g; }

Array ones(const Shape& shape) { return Array::filled(shape, 1); }

Tensor bad_mul(const Tensor& a, const Tensor& b, Mistake mistake) {
  return record<"test_mul">(times(plain(a), plain(b)), {a, b},
                            [a = plain(a), b = plain(b), mistake](Array dy, Into da, Into db) {
                              if (da) da += turned(mistake, by_factor(mistake, times(dy, b)));
                              if (db && mistake != Mistake::dropped_term) db += times(dy, a);
                            });
}

Tensor bad_matmul(const Tensor& a, const Tensor& b, Mistake mistake) {
  return record<"test_matmul">(plain(matmul(plain(a), plain(b))), {a, b},
                               [a = plain(a), b = plain(b), mistake](Array dy, Into da, Into db) {
                                 const bool straight = mistake == Mistake::wrong_axis;
                                 if (da) da += by_factor(mistake, plain(matmul(dy, b, {.transpose_b = !straight})));
                                 if (db && mistake != Mistake::dropped_term)
                                   db += plain(matmul(a, dy, {.transpose_a = true}));
                               });
}

Tensor bad_tanh(const Tensor& x, Mistake mistake) {
  const Array y = plain(Tensor(map("test", functions().tanh.value, plain(x))));
  return record<"test_tanh">(y, {x}, [y, mistake](Array dy, Into dx) {
    const Array slope = mistake == Mistake::dropped_term ? ones(y.shape()) : minus(ones(y.shape()), times(y, y));
    dx += turned(mistake, by_factor(mistake, times(dy, slope)));
  });
}

// dx = y (dy − Σ dy y): the sum is what a plain sum as cotangent hides.
Tensor bad_softmax(const Tensor& x, Mistake mistake) {
  const Array y = plain(softmax(plain(x)));
  return record<"test_softmax">(y, {x}, [y, mistake](Array dy, Into dx) {
    const int axis = mistake == Mistake::wrong_axis ? 0 : 1;
    const Array inner = plain(sum(Tensor(times(dy, y)), axis, Keep::yes));
    dx += by_factor(mistake, times(y, mistake == Mistake::dropped_term ? dy : minus(dy, inner)));
  });
}

Tensor bad_div(const Tensor& a, const Tensor& b, Mistake mistake) {
  return record<"test_div">(combine("test", arithmetic().div.value, plain(a), plain(b)), {a, b},
                            [a = plain(a), b = plain(b), mistake](Array dy, Into da, Into db) {
                              const Array inverse = combine("test", arithmetic().div.value, ones(b.shape()), b);
                              if (da) da += turned(mistake, by_factor(mistake, times(dy, inverse)));
                              const Array slope = times(times(dy, a), times(inverse, inverse));
                              if (db && mistake != Mistake::dropped_term) db += minus(Array::number(0), slope);
                            });
}

// The row's mean is taken away: dx = dy − mean dy.
Tensor bad_center(const Tensor& x, Mistake mistake) {
  return record<"test_center">(
      minus(plain(x), plain(mean(Tensor(plain(x)), 1, Keep::yes))), {x}, [mistake](Array dy, Into dx) {
        const int axis = mistake == Mistake::wrong_axis ? 0 : 1;
        const Array inner = plain(mean(Tensor(dy), axis, Keep::yes));
        dx += by_factor(mistake, mistake == Mistake::dropped_term ? dy.clone() : minus(dy, inner));
      });
}

struct Victim {
  const char* name;
  std::size_t inputs;
  Tensor (*f)(const std::vector<Tensor>& x, Mistake mistake);
};

const Victim victims[] = {
    {"mul", 2, [](const std::vector<Tensor>& x, Mistake m) { return bad_mul(x[0], x[1], m); }},
    {"matmul", 2, [](const std::vector<Tensor>& x, Mistake m) { return bad_matmul(x[0], x[1], m); }},
    {"div", 2, [](const std::vector<Tensor>& x, Mistake m) { return bad_div(x[0], x[1], m); }},
    {"tanh", 1, [](const std::vector<Tensor>& x, Mistake m) { return bad_tanh(x[0], m); }},
    {"softmax", 1, [](const std::vector<Tensor>& x, Mistake m) { return bad_softmax(x[0], m); }},
    {"center", 1, [](const std::vector<Tensor>& x, Mistake m) { return bad_center(x[0], m); }},
};

GradcheckReport check(const Victim& victim, Mistake mistake) {
  std::vector<Array> inputs;
  for (std::size_t i = 0; i < victim.inputs; ++i)
    inputs.push_back(normal({.seed = 7, .site = static_cast<std::uint32_t>(i)}, {4, 4}, 2, real(0.5)));
  return gradcheck([&](const std::vector<Tensor>& x) { return victim.f(x, mistake); }, inputs);
}

}  // namespace

TEST_CASE("wrong gradients are caught", "[gradients]") {
  if constexpr (sizeof(real) < 8) return;
  for (const Victim& victim : victims) {
    INFO(victim.name);
    CHECK(check(victim, Mistake::none).passed);
    for (const Mistake mistake : {Mistake::factor, Mistake::dropped_term, Mistake::wrong_axis}) {
      const GradcheckReport report = check(victim, mistake);
      INFO("mistake " << static_cast<int>(mistake) << ": " << report.text());
      CHECK_FALSE(report.passed);
    }
  }
}

TEST_CASE("the report names the worst element with both values", "[gradients]") {
  if constexpr (sizeof(real) < 8) return;
  const auto wrong_at_five = [](const std::vector<Tensor>& x) {
    return record<"test_one_element">(x[0].value().clone(), {x[0]}, [](Array dy, Into dx) {
      dy[5] *= real(1.5);
      dx += std::move(dy);
    });
  };
  const GradcheckReport report = gradcheck(wrong_at_five, {normal({.seed = 1}, {2, 4})});
  CHECK_FALSE(report.passed);
  CHECK(report.element == 5);
  CHECK(report.analytic == Approx(1.5 * report.numeric));
  CHECK_THAT(report.text(),
             Catch::Matchers::ContainsSubstring("WRONG") && Catch::Matchers::ContainsSubstring("element 5"));
}
