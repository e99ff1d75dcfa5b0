#include "optim/any_optimizer.h"

#include <algorithm>

#include "core/joined.h"
#include "core/require.h"
#include "optim/adafactor.h"
#include "optim/adam.h"
#include "optim/lamb.h"
#include "optim/sgd.h"

namespace bertlet::optim {

namespace {

template <class Optimizer>
class Named : public AnyOptimizer {
 public:
  explicit Named(Optimizer optimizer) : optimizer_(std::move(optimizer)) {}
  double step(const Step& step) override { return optimizer_.step(step); }
  State state() const override { return optimizer_.state(); }
  void load(const State& state) override { optimizer_.load(state); }

 private:
  Optimizer optimizer_;
};

template <class Options>
Options defaults() {
  return {};
}

template <class Optimizer, auto first_options>
std::unique_ptr<AnyOptimizer> make(const Parameters& parameters, const OptimizerChoice& choice) {
  auto options = first_options();
  options.lr = choice.lr;
  options.weight_decay = choice.weight_decay;
  options.groups = choice.groups;
  return std::make_unique<Named<Optimizer>>(Optimizer(parameters, options));
}

using MakeOptimizer = std::unique_ptr<AnyOptimizer> (*)(const Parameters& parameters, const OptimizerChoice& choice);

const std::vector<std::pair<std::string, MakeOptimizer>> optimizers{
    {"adamw", make<AdamW, defaults<AdamWOptions>>},
    {"google", make<AdamW, google_pretraining>},
    {"adam", make<Adam, defaults<AdamOptions>>},
    {"lamb", make<Lamb, defaults<LambOptions>>},
    {"adafactor", make<Adafactor, defaults<AdafactorOptions>>},
    {"sgd", make<Sgd, defaults<SgdOptions>>},
};

using MakeSchedule = Schedule (*)(Span span);

const std::vector<std::pair<std::string, MakeSchedule>> schedules{
    {"constant", [](Span span) { return constant_with_warmup(span.warmup); }},
    {"linear", [](Span span) { return linear(span); }},
    {"linear-google", [](Span span) { return linear_google(span); }},
    {"cosine", [](Span span) { return cosine(span); }},
    {"polynomial", [](Span span) { return polynomial(span); }},
    {"inverse-sqrt", [](Span span) { return inverse_sqrt(span.warmup); }},
};

std::vector<std::string> names_of(const auto& table) {
  std::vector<std::string> names;
  for (const auto& [name, make] : table) names.push_back(name);
  return names;
}

auto named(const auto& table, const char* what, const std::string& name) {
  const auto found = std::ranges::find_if(table, [&](const auto& entry) { return entry.first == name; });
  const std::string names = joined(names_of(table), " ");
  require(found != table.end(), "{}: got '{}', want one of {}", what, name, names);
  return found->second;
}

}  // namespace

std::vector<std::string> optimizer_names() { return names_of(optimizers); }

std::unique_ptr<AnyOptimizer> make_optimizer(const std::string& name, const Parameters& parameters,
                                             const OptimizerChoice& choice) {
  return named(optimizers, "optimizer", name)(parameters, choice);
}

std::vector<std::string> schedule_names() { return names_of(schedules); }

Schedule make_schedule(const std::string& name, Span span) { return named(schedules, "schedule", name)(span); }

}  // namespace bertlet::optim
