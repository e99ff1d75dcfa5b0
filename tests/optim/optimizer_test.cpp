#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ops.h"
#include "core/random.h"
#include "optim/adafactor.h"
#include "optim/adam.h"
#include "optim/any_optimizer.h"
#include "optim/lamb.h"
#include "optim/schedule.h"
#include "optim/sgd.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::optim;

namespace {

Tensor parameter(const Shape& shape, std::uint32_t site) {
  return Tensor::parameter(normal({.seed = 1, .site = site}, shape));
}

Parameters two_layers() {
  return Parameters({{"first.weight", parameter({6, 3}, 1)},
                     {"first.bias", parameter({3}, 2)},
                     {"second.weight", parameter({3, 2}, 3)}});
}

// A sum of squares over the rows whose label is not 0, and how many these are.
Tensor loss_of(const Parameters& p, const Array& x, const Array& labels) {
  const Tensor hidden = matmul(x, p.find("first.weight")) + p.find("first.bias");
  const Tensor y = matmul(hidden, p.find("second.weight"));
  return sum(sum(y * y, 1) * Tensor(labels));
}

std::vector<real> all_values(const Parameters& parameters) {
  std::vector<real> values;
  for (const Parameter& p : parameters.list())
    for (const real v : p.tensor.value().values()) values.push_back(v);
  return values;
}

double largest(const std::vector<real>& a, const std::vector<real>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return worst;
}

void train(Parameters& p, Adam& optimizer, int64_t rows_at_once) {
  const Array x = normal({.seed = 9}, {32, 6});
  Array labels({32});
  double items = 0;
  for (int64_t i = 0; i < 32; ++i) items += static_cast<double>(labels[i] = i % 8 < 3 || i > 24 ? 1 : 0);
  p.reset_grad();
  for (int64_t at = 0; at < 32; at += rows_at_once)
    backward(loss_of(p, x.rows(at, at + rows_at_once), labels.rows(at, at + rows_at_once)));
  optimizer.step({.clip = 1, .items = items});
}

}  // namespace

TEST_CASE("1 × 32 rows and 4 × 8 rows with uneven labels take the same step", "[optim]") {
  Parameters whole = two_layers(), parts = two_layers();
  AdamW a(whole, {.lr = 0.01}), b(parts, {.lr = 0.01});
  for (int step = 0; step < 5; ++step) {
    train(whole, a, 32);
    train(parts, b, 8);
  }
  CHECK(largest(all_values(whole), all_values(parts)) < (sizeof(real) == 8 ? 1e-12 : 1e-5));
}

TEST_CASE("clipping scales the gradient to the limit and reports the norm it had", "[optim]") {
  Parameters p({{"w", Tensor::parameter(Array::of({2}, {0, 0}))}});
  Sgd optimizer(p, {.lr = 1});
  backward(sum(p.list()[0].tensor * Tensor(Array::of({2}, {3, 4}))));
  CHECK(optimizer.step({.clip = 1}) == Approx(5));
  CHECK(p.list()[0].tensor.value()[0] == Approx(-0.6).epsilon(1e-5));
  CHECK(p.list()[0].tensor.value()[1] == Approx(-0.8).epsilon(1e-5));
}

TEST_CASE("a gradient that is not finite updates nothing", "[optim]") {
  Parameters p = two_layers();
  const std::vector<real> before = all_values(p);
  AdamW optimizer(p, {.lr = 1});
  Tensor w = p.find("first.weight");
  backward(sum(w * Tensor(std::numeric_limits<real>::infinity())));
  CHECK_FALSE(std::isfinite(optimizer.step()));
  CHECK(all_values(p) == before);
}

TEST_CASE("frozen parameters and those without a gradient stay as they are", "[optim]") {
  Parameters p = two_layers();
  CHECK(p.freeze("first.*") == 2);
  const Array before = p.find("first.weight").value().clone();
  AdamW optimizer(p, {.lr = 0.1, .weight_decay = 0.1});
  train(p, optimizer, 32);
  CHECK(p.find("first.weight").value().values() == before.values());
  CHECK(p.trainable() == 6);
  CHECK(p.count() == 27);
}

TEST_CASE("every optimizer keeps to the rates of groups", "[optim]") {
  for (const std::string& name : optimizer_names()) {
    INFO(name);
    Parameters p = two_layers();
    const Array before = p.find("first.weight").value().clone(), other = p.find("second.weight").value().clone();
    p.reset_grad();
    backward(loss_of(p, normal({.seed = 9}, {8, 6}), Array::filled({8}, 1)));
    make_optimizer(name, p, {.lr = 0.1, .groups = {{.patterns = {"first.*"}, .lr_scale = 0}}})->step({});
    CHECK(std::ranges::equal(p.find("first.weight").value().values(), before.values()));
    CHECK(!std::ranges::equal(p.find("second.weight").value().values(), other.values()));
  }
}

TEST_CASE("groups: no decay for bias and LayerNorm, own rates, rates that fall from layer to layer", "[optim]") {
  std::vector<Group> groups = layerwise_decay(0.5, 2, "*encoder.layer.{}.*", "*embeddings.*");
  groups.push_back(no_decay());
  groups.push_back({.patterns = {"classifier.*"}, .lr_scale = 10});
  const auto rate = [&](const char* name) { return settings_for(name, 0.01, groups).lr_scale; };
  const auto decay = [&](const char* name) { return settings_for(name, 0.01, groups).weight_decay; };
  CHECK(rate("bert.embeddings.word_embeddings.weight") == 0.25);
  CHECK(rate("bert.encoder.layer.0.attention.self.query.weight") == 0.5);
  CHECK(rate("bert.encoder.layer.1.attention.self.query.weight") == 1);
  CHECK(rate("classifier.weight") == 10);
  CHECK(decay("bert.encoder.layer.0.attention.self.query.weight") == 0.01);
  CHECK(decay("bert.encoder.layer.0.attention.self.query.bias") == 0);
  CHECK(decay("bert.encoder.layer.0.output.LayerNorm.weight") == 0);
  CHECK(decay("bert.embeddings.LayerNorm.bias") == 0);
}

namespace {

// Steps, saves, steps on; then a second optimizer loads and takes the same steps: the same bits.
template <class Optimizer, class Options>
void resume(const Options& options) {
  Parameters p = two_layers();
  Optimizer optimizer(p, options);
  const auto step = [](Parameters& q, Optimizer& o, std::uint32_t t) {
    q.reset_grad();
    backward(loss_of(q, normal({.seed = 4, .site = t}, {8, 6}), Array::filled({8}, 1)));
    o.step({.clip = 1, .items = 8});
  };
  for (std::uint32_t t = 0; t < 3; ++t) step(p, optimizer, t);
  State saved, weights;
  for (const auto& [name, array] : optimizer.state()) saved.emplace(name, array.clone());
  for (const auto& [name, array] : p.state()) weights.emplace(name, array.clone());
  for (std::uint32_t t = 3; t < 6; ++t) step(p, optimizer, t);

  Parameters q = two_layers();
  CHECK(q.load(weights).clean());
  Optimizer again(q, options);
  again.load(saved);
  for (std::uint32_t t = 3; t < 6; ++t) step(q, again, t);
  CHECK(all_values(p) == all_values(q));
}

}  // namespace

TEST_CASE("an optimizer's state, saved and loaded by name, goes on with the same bits", "[optim]") {
  resume<Sgd>(SgdOptions{.lr = 0.01, .momentum = 0.9});
  resume<AdamW>(AdamWOptions{.lr = 0.01});
  resume<Lamb>(LambOptions{.lr = 0.01});
  resume<Adafactor>(AdafactorOptions{.beta1 = 0.9, .relative_step = true});
  Parameters p = two_layers();
  AdamW optimizer(p);
  CHECK_THROWS_WITH(optimizer.load({}), Catch::Matchers::ContainsSubstring("step.first.weight is missing"));
}

TEST_CASE("a schedule drawn as text", "[optim]") {
  CHECK(plot(linear({.warmup = 2, .total = 10}), 11, 11, 4) ==
        "       1 |  █▄\n"
        "         |  ███▄\n"
        "         | ██████▄\n"
        "       0 | ████████▄\n"
        "         +-----------\n"
        "          0        10\n");
}
