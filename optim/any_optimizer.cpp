#include "optim/any_optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/mapped.h"
#include "core/names.h"
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

void put(const std::string& name, const char* option, const std::optional<double>& value, double* place) {
  if (!value) return;
  require(place != nullptr, "{}: has no {}, want none given", name, option);
  *place = *value;
}

template <auto first_options>
auto options_from(const std::string& name, const OptimizerChoice& choice) {
  auto options = first_options();
  options.lr = choice.lr;
  options.weight_decay = choice.weight_decay;
  options.groups = choice.groups;
  double *beta1 = nullptr, *beta2 = nullptr, *epsilon = nullptr;
  if constexpr (requires { options.beta1; }) beta1 = &options.beta1;
  if constexpr (requires { options.beta2; }) beta2 = &options.beta2;
  if constexpr (requires { options.epsilon; }) epsilon = &options.epsilon;
  put(name, "beta1", choice.beta1, beta1);
  put(name, "beta2", choice.beta2, beta2);
  put(name, "epsilon", choice.epsilon, epsilon);
  return options;
}

template <class Optimizer, auto first_options>
struct Made {
  static std::unique_ptr<AnyOptimizer> make(const std::string& name, const Parameters& parameters,
                                            const OptimizerChoice& choice) {
    return std::make_unique<Named<Optimizer>>(Optimizer(parameters, options_from<first_options>(name, choice)));
  }
  static void check(const std::string& name, const OptimizerChoice& choice) {
    options_from<first_options>(name, choice);
  }
};

struct OptimizerEntry {
  std::string name;
  std::unique_ptr<AnyOptimizer> (*make)(const std::string& name, const Parameters& parameters,
                                        const OptimizerChoice& choice);
  void (*check)(const std::string& name, const OptimizerChoice& choice);
};

template <class Optimizer, auto first_options>
OptimizerEntry entry(const char* name) {
  using Entry = Made<Optimizer, first_options>;
  return {name, Entry::make, Entry::check};
}

const std::vector<OptimizerEntry> optimizers{
    entry<AdamW, defaults<AdamWOptions>>("adamw"),
    entry<AdamW, google_pretraining>("google"),
    entry<Adam, defaults<AdamOptions>>("adam"),
    entry<Lamb, defaults<LambOptions>>("lamb"),
    entry<Adafactor, defaults<AdafactorOptions>>("adafactor"),
    entry<Sgd, defaults<SgdOptions>>("sgd"),
};

struct ScheduleEntry {
  std::string name;
  std::vector<std::string_view> takes;  // of the numbers
  Schedule (*make)(Span span, const ScheduleNumbers& numbers);
};

Schedule restarts(Span span, const ScheduleNumbers& numbers) {
  const double cycles = numbers.cycles.value_or(1);
  require(cycles >= 1 && cycles == std::floor(cycles), "cosine-restarts: got {} cycles, want a whole number from 1",
          cycles);
  return cosine_with_restarts(span, static_cast<int64_t>(cycles));
}

Schedule noam_of(Span span, const ScheduleNumbers& numbers) {
  require(numbers.noam_width.has_value(), "noam: got no width of the model, want noam-width");
  return noam(*numbers.noam_width, span.warmup);
}

using Numbers = ScheduleNumbers;
const std::vector<ScheduleEntry> schedules{
    {"constant", {}, [](Span span, const Numbers& /*none*/) { return constant_with_warmup(span.warmup); }},
    {"linear", {}, [](Span span, const Numbers& /*none*/) { return linear(span); }},
    {"linear-google", {}, [](Span span, const Numbers& /*none*/) { return linear_google(span); }},
    {"cosine", {"cycles"}, [](Span span, const Numbers& to) { return cosine(span, to.cycles.value_or(0.5)); }},
    {"cosine-restarts", {"cycles"}, restarts},
    {"polynomial",
     {"power", "end-factor"},
     [](Span span, const Numbers& to) { return polynomial(span, to.power.value_or(1), to.end_factor.value_or(0)); }},
    {"inverse-sqrt",
     {"timescale"},
     [](Span span, const Numbers& to) { return inverse_sqrt(span.warmup, to.timescale.value_or(0)); }},
    {"noam", {"noam-width"}, noam_of},
    {"slanted-triangular",
     {"cut", "ratio"},
     [](Span span, const Numbers& to) {
       return slanted_triangular(span.total, to.cut.value_or(0.1), to.ratio.value_or(32));
     }},
};

void check_numbers(const ScheduleEntry& schedule, const ScheduleNumbers& numbers) {
  const std::pair<const char*, bool> given[] = {{"cycles", numbers.cycles.has_value()},
                                                {"power", numbers.power.has_value()},
                                                {"end-factor", numbers.end_factor.has_value()},
                                                {"timescale", numbers.timescale.has_value()},
                                                {"noam-width", numbers.noam_width.has_value()},
                                                {"cut", numbers.cut.has_value()},
                                                {"ratio", numbers.ratio.has_value()}};
  for (const auto& [name, is_given] : given)
    require(!is_given || std::ranges::find(schedule.takes, name) != schedule.takes.end(),
            "{}: has no {}, want none given", schedule.name, name);
}

std::vector<std::string> names_of(const auto& table) {
  return mapped(table, [](const auto& each) { return std::string(each.name); });
}

const auto& named(const auto& table, const char* what, const std::string& name) {
  const auto found = std::ranges::find_if(table, [&](const auto& each) { return each.name == name; });
  const std::string names = joined(names_of(table), " ");
  require(found != table.end(), "{}: got '{}', want one of {}", what, name, names);
  return *found;
}

}  // namespace

std::vector<std::string> optimizer_names() { return names_of(optimizers); }

std::unique_ptr<AnyOptimizer> make_optimizer(const std::string& name, const Parameters& parameters,
                                             const OptimizerChoice& choice) {
  return named(optimizers, "optimizer", name).make(name, parameters, choice);
}

void check(const std::string& optimizer, const OptimizerChoice& choice) {
  named(optimizers, "optimizer", optimizer).check(optimizer, choice);
}

std::vector<std::string> schedule_names() { return names_of(schedules); }

Schedule make_schedule(const std::string& name, Span span, const ScheduleNumbers& numbers) {
  const ScheduleEntry& schedule = named(schedules, "schedule", name);
  check_numbers(schedule, numbers);
  return schedule.make(span, numbers);
}

}  // namespace bertlet::optim
