#include "bert/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bert/io/files/directory.h"
#include "bert/train/means.h"
#include "core/finite.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class Trainer {
 public:
  Trainer(Trainable& task, const TrainerOptions& options, const RunDirectory& run, const Listener& listener)
      : task_(task),
        options_(options),
        run_(run),
        listener_(listener),
        checkpoints_(run.checkpoints(), options.keep),
        optimizer_(optim::make_optimizer(options.optimizer, task.parameters(), options.choice)),
        schedule_(schedule_of(options)) {
    task.parameters().multiply_in(options.precision);
  }

  Ending run();

 private:
  bool due(int64_t every) const { return every > 0 && step_ % every == 0; }
  bool patience_is_lost() const {
    return (options_.patience > 0 && since_best_ >= options_.patience) ||
           (options_.patience_steps > 0 && since_best_ > 0 && step_ - best_step_ >= options_.patience_steps);
  }
  bool time_is_up() const {
    return options_.hours > 0 &&
           Clock::now() - began_ > std::chrono::duration<double, std::ratio<3600>>(options_.hours);
  }

  void go_on();
  double gradients();
  double looked_at_gradients();
  void take_step();
  void report();
  Measures measure() const;
  void evaluate();
  void save();
  void write(const io::Json& line) const;
  void check_finite(double loss, double norm) const;

  Trainable& task_;
  const TrainerOptions& options_;
  const RunDirectory& run_;
  const Listener& listener_;
  const Checkpoints checkpoints_;
  const std::unique_ptr<optim::AnyOptimizer> optimizer_;
  const optim::Schedule schedule_;
  const Clock::time_point began_ = Clock::now();

  int64_t step_ = 0;
  Means means_;
  std::optional<double> best_;
  int64_t since_best_ = 0, best_step_ = 0;
  std::optional<int64_t> saved_,
      good_;  // the steps of the last checkpoint, and of the last from which a step was right
  Clock::time_point reported_ = began_;
  int64_t tokens_ = 0;  // since then
};

void Trainer::go_on() {
  const std::optional<Checkpoints::Found> found = checkpoints_.newest();
  run_.rewind(found ? found->state.step : 0);
  if (found && !run_.has_history(found->state.history))
    warn(fmt::format("{}: its metrics up to step {} are not as they were written", run_.path().string(),
                     found->state.step));
  if (!found && run_.is_resumed())
    warn(fmt::format("{}: there is no checkpoint, so it starts from step 0", run_.path().string()));
  if (!found) return;
  step_ = found->state.step;
  saved_ = step_;
  optimizer_->load(found->state.optimizer);
  const io::Json& notes = found->state.notes;
  means_.go_on_from(notes.at("means"));
  if (!notes.at("best").is_null()) best_ = notes.at("best").number();
  since_best_ = notes.at("since_best").integer();
  best_step_ = notes.at("best_step").integer();
  const StateReport report = task_.parameters().load(weights_of(found->directory));
  require(report.clean(), "{}: {}", found->directory.string(), report.text());
  task_.go_on_from(notes.at("task"));
}

// The loss of the micro-batches, whose gradients add up.
double Trainer::gradients() {
  double loss = 0;
  for (int64_t i = 0; i < options_.accumulate; ++i) {
    Pass pass{.training = true,
              .rng = {.seed = options_.seed, .step = static_cast<std::uint64_t>(step_ * options_.accumulate + i)}};
    const Trainable::Loss part = task_.next(pass);
    loss += static_cast<double>(part.mean.item()) / static_cast<double>(options_.accumulate);
    for (const metrics::Measure& each : part.parts) means_.add(each.name, each.value);
    tokens_ += part.tokens;
    task_.backward(part.mean);
  }
  return loss;
}

// The same, with a look at each number on the way.
double Trainer::looked_at_gradients() {
  const std::vector<Parameter>& all = task_.parameters().list();
  const CheckFinite looking([&](const Node& leaf) {
    const auto found = std::ranges::find(all, &leaf, [](const Parameter& each) { return each.tensor.node().get(); });
    return found == all.end() ? std::string("a leaf") : found->name;
  });
  try {
    for (const Parameter& each : all) require_finite(each.tensor.value(), each.name);
    return gradients();
  } catch (const Error& error) {
    task_.save_last_batch(run_.not_finite());
    throw Error(fmt::format("step {}: {} — the batch is in {}", step_ + 1, error.what(), run_.not_finite().string()));
  }
}

void Trainer::take_step() {
  task_.parameters().reset_grad();
  const double loss = options_.check_finite ? looked_at_gradients() : gradients();
  const double factor = schedule_(step_);
  const double norm =
      optimizer_->step({.factor = factor, .clip = options_.clip, .items = static_cast<double>(options_.accumulate)});
  check_finite(loss, norm);
  if (saved_ == step_) good_ = saved_;
  ++step_;
  means_.add("loss", loss);
  means_.add("grad_norm", norm);
  means_.add("lr", options_.choice.lr * factor);
}

// The optimizer has changed nothing in such a step.
void Trainer::check_finite(double loss, double norm) const {
  if (std::isfinite(loss) && std::isfinite(norm)) return;
  const fs::path batch = run_.not_finite();
  task_.save_last_batch(batch);
  const std::string last =
      good_ ? fmt::format("the checkpoint of step {} is good", *good_) : "no checkpoint is known to be good";
  require(false, "step {}: the loss is {} and the gradient's norm {}, want numbers — the batch is in {}, {}", step_ + 1,
          loss, norm, batch.string(), last);
}

void Trainer::write(const io::Json& line) const {
  run_.log(line);
  if (listener_.on_line) listener_.on_line(line);
}

void Trainer::report() {
  io::Json line{{"step", step_}};
  means_.write_to(line);
  write(line);
  const double seconds = std::chrono::duration<double>(Clock::now() - reported_).count();
  run_.log_speed({{"step", step_}, {"seconds", seconds}, {"tokens", tokens_}});
  reported_ = Clock::now();
  tokens_ = 0;
}

Measures Trainer::measure() const {
  const WithoutGradients without(task_.parameters());
  return task_.evaluate();
}

void Trainer::evaluate() {
  const Measures measures = measure();
  if (measures.empty()) return;
  io::Json line{{"step", step_}};
  for (const metrics::Measure& each : measures) line["evaluation"][each.name] = each.value;
  write(line);
  if (options_.best_by.empty()) return;
  const metrics::Measure* own = metrics::find(measures, options_.best_by);
  require(own != nullptr, "trainer: evaluation does not measure '{}'", options_.best_by);
  ++since_best_;
  if (!std::isfinite(own->value)) return;
  if (best_ && !metrics::is_better(*own, {own->name, *best_, own->better})) return;
  best_ = own->value;
  since_best_ = 0;
  best_step_ = step_;
  io::replace_directory(run_.best(), [this](const fs::path& beside) { task_.save_model(beside); });
}

void Trainer::save() {
  const io::Json notes{{"means", means_.notes()},
                       {"best", best_ ? io::Json(*best_) : io::Json()},
                       {"since_best", since_best_},
                       {"best_step", best_step_},
                       {"task", task_.notes()}};
  checkpoints_.save({step_, optimizer_->state(), notes, run_.history()},
                    [&](const fs::path& to) { task_.save_model(to); });
  saved_ = step_;
}

Ending Trainer::run() {
  go_on();
  if (listener_.on_step) listener_.on_step(step_);
  if (options_.steps == 0 && !saved_) {
    evaluate();
    save();
  }
  while (step_ < options_.steps) {
    if (listener_.interrupted && listener_.interrupted()) {
      save();
      return Ending::interrupted;
    }
    take_step();
    if (due(options_.log_every) || step_ == options_.steps) report();
    if (due(options_.evaluate_every) || step_ == options_.steps) evaluate();
    if (due(options_.save_every) || step_ == options_.steps) save();
    if (listener_.on_step) listener_.on_step(step_);
    if (patience_is_lost()) {
      save();
      return Ending::patience_lost;
    }
    if (time_is_up() && step_ < options_.steps) {
      save();
      return Ending::time_up;
    }
  }
  return Ending::done;
}

}  // namespace

io::Json json_of(const References& references) {
  io::Json json = io::Json::object();
  for (const auto& [measure, beside] : references)
    for (const auto& [name, value] : beside) json[measure][name] = value;
  return json;
}

Ending train(Trainable& task, const TrainerOptions& options, const RunDirectory& run, const Listener& listener) {
  return Trainer(task, options, run, listener).run();
}

}  // namespace bertlet::train
