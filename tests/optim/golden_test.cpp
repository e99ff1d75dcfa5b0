// 50 steps of each optimizer and 100 points of each schedule as PyTorch and transformers do them:
// tests/golden/optim.py.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/ops.h"
#include "optim/adafactor.h"
#include "optim/adam.h"
#include "optim/lamb.h"
#include "optim/schedule.h"
#include "optim/sgd.h"
#include "tests/catch.h"
#include "tests/paths.h"

using namespace bertlet;
using namespace bertlet::optim;

namespace {

constexpr double tolerance = sizeof(real) == 8 ? 1e-12 : 1e-6;

const nlohmann::json& golden() {
  static const nlohmann::json json =
      nlohmann::json::parse(std::ifstream(std::string(paths::source) + "/tests/golden/optim.json"));
  return json;
}

template <class F>
Array made(const Shape& shape, const F& f) {
  Array a(shape);
  for (int64_t i = 0; i < a.size(); ++i) a[i] = static_cast<real>(f(static_cast<double>(i)));
  return a;
}

Parameters start() {
  return Parameters({{"weight", Tensor::parameter(made({3, 4}, [](double i) { return std::cos(0.9 * i); }))},
                     {"bias", Tensor::parameter(made({5}, [](double i) { return std::cos(0.4 * i); }))}});
}

void set_gradients(Parameters& parameters, int t) {
  parameters.reset_grad();
  for (const Parameter& p : parameters.list())
    backward(sum(p.tensor * Tensor(made(p.tensor.shape(),
                                        [t](double i) { return std::sin(0.7 * i + 1.3 * t) * (1 + 0.1 * i); }))));
}

void check_values(const Parameters& parameters, const nlohmann::json& want) {
  for (std::size_t k = 0; k < want.size(); ++k) {
    const Array got = parameters.list()[k].tensor.value();
    for (std::size_t i = 0; i < want[k].size(); ++i) {
      const double expected = want[k][i];
      CHECK(std::abs(static_cast<double>(got[static_cast<int64_t>(i)]) - expected) <=
            tolerance * std::max(1.0, std::abs(expected)));
    }
  }
}

template <class Optimizer>
void follow(const char* name, Parameters parameters, Optimizer optimizer) {
  const nlohmann::json& want = golden()["optimizers"][name][sizeof(real) == 8 ? "double" : "float"];
  for (int t = 1; t <= 50; ++t) {
    set_gradients(parameters, t);
    optimizer.step();
    INFO(name << ", step " << t);
    if (want.contains(std::to_string(t))) check_values(parameters, want[std::to_string(t)]);
  }
}

template <class Optimizer, class Options>
void follow(const char* name, const Options& options) {
  Parameters parameters = start();
  follow(name, parameters, Optimizer(parameters, options));
}

}  // namespace

TEST_CASE("optimizers follow PyTorch for 50 steps", "[optim]") {
  follow<Sgd>("sgd", SgdOptions{.lr = 0.05, .weight_decay = 0.02});
  follow<Sgd>("sgd_momentum", SgdOptions{.lr = 0.05, .momentum = 0.9, .weight_decay = 0.02});
  follow<Sgd>("sgd_nesterov", SgdOptions{.lr = 0.05, .momentum = 0.9, .nesterov = true});
  follow<Adam>("adam_l2", AdamOptions{.lr = 0.01, .weight_decay = 0.1});
  follow<AdamW>("adamw", AdamWOptions{.lr = 0.01, .weight_decay = 0.1, .groups = {}});
  follow<AdamW>("adamw_no_correction",
                AdamWOptions{.lr = 0.01, .epsilon = 1e-3, .weight_decay = 0, .bias_correction = false});
  follow<Adam>("adam_before_correction",
               AdamOptions{.lr = 0.01, .epsilon = 1e-3, .epsilon_is = Epsilon::before_correction});
  follow<Adam>("adam_inside_root", AdamOptions{.lr = 0.01, .epsilon = 1e-3, .epsilon_is = Epsilon::inside_root});
  follow<Lamb>("lamb", LambOptions{.lr = 0.01, .groups = {}});
  follow<Adafactor>("adafactor", AdafactorOptions{.lr = 0.01, .scale_parameter = false});
  follow<Adafactor>("adafactor_relative", AdafactorOptions{.relative_step = true, .warmup_init = true});
  follow<Adafactor>("adafactor_momentum", AdafactorOptions{.lr = 0.01, .beta1 = 0.9, .weight_decay = 0.1});
}

TEST_CASE("flat memory changes no bit of an optimizer's steps", "[optim]") {
  Parameters loose = start(), flat = start();
  flat.flatten();
  AdamW a(loose, {.lr = 0.01}), b(flat, {.lr = 0.01});
  for (int t = 1; t <= 5; ++t) {
    set_gradients(loose, t);
    set_gradients(flat, t);
    CHECK(a.step({.clip = 1}) == b.step({.clip = 1}));
  }
  for (std::size_t k = 0; k < 2; ++k)
    CHECK(loose.list()[k].tensor.value().values() == flat.list()[k].tensor.value().values());
}

TEST_CASE("schedules follow transformers at 100 points", "[optim]") {
  const std::pair<const char*, Schedule> schedules[] = {
      {"constant_with_warmup", constant_with_warmup(10)},
      {"linear", linear({.warmup = 10, .total = 90})},
      {"linear_google", linear_google({.warmup = 10, .total = 90})},
      {"cosine", cosine({.warmup = 10, .total = 90})},
      {"cosine_with_restarts", cosine_with_restarts({.warmup = 10, .total = 90}, 3)},
      {"polynomial", polynomial({.warmup = 10, .total = 90}, 2, 1e-3)},
      {"inverse_sqrt", inverse_sqrt(10)},
      {"noam", noam(64, 10)},
      {"slanted_triangular", slanted_triangular(100)},
  };
  CHECK(std::size(schedules) == golden()["schedules"].size());
  for (const auto& [name, schedule] : schedules) {
    INFO(name);
    const nlohmann::json& want = golden()["schedules"][name];
    REQUIRE(want.size() == 100);
    for (int64_t step = 0; step < 100; ++step) {
      INFO("step " << step);
      CHECK(schedule(step) == Approx(want[to_size(step)].get<double>()).epsilon(1e-12).margin(1e-15));
    }
  }
}

TEST_CASE("reduce on plateau follows PyTorch", "[optim]") {
  ReduceOnPlateau plateau({.factor = 0.5, .patience = 2, .cooldown = 1, .least = 0.2});
  const nlohmann::json& want = golden()["plateau"];
  for (std::size_t i = 0; i < want["measures"].size(); ++i)
    CHECK(plateau(want["measures"][i].get<double>()) == Approx(want["factors"][i].get<double>()));
}
