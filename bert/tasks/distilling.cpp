#include "bert/tasks/distilling.h"

#include <algorithm>

#include "core/ops/arithmetic.h"
#include "core/ops/functions.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/require.h"
#include "nn/ops/losses.h"

namespace bertlet::tasks {

namespace {

bool is_labelled(const Item* item) {
  return !item->values.empty() || std::ranges::any_of(item->labels, [](std::int64_t label) { return label >= 0; });
}

Tensor times(double factor, const Tensor& x) { return x * Tensor(static_cast<real>(factor)); }

class DistillingLearner : public Learner {
 public:
  DistillingLearner(std::unique_ptr<Learner> student, const Learner& teacher, const DistillingOptions& options)
      : student_(std::move(student)), teacher_(teacher), options_(options) {
    require(options.temperature > 0, "distill: got the temperature {}, want more than 0", options.temperature);
    const std::int64_t width = config().hidden_size, teachers = teacher.config().hidden_size;
    require(options.hidden == 0 || width == teachers,
            "distill: got states of {} numbers and a teacher's of {}, want as many, or hidden 0", width, teachers);
  }

  Parameters& parameters() override { return student_->parameters(); }
  const bert::Config& config() const override { return student_->config(); }
  Scored score(ItemSpan items, Pass& pass) const override { return student_->score(items, pass); }
  std::vector<Output> outputs(const Scored& scored, ItemSpan items) const override {
    return student_->outputs(scored, items);
  }
  Tensor class_scores(const Scored& scored, ItemSpan items) const override {
    return student_->class_scores(scored, items);
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    Pass pass;
    const Scored said = teacher_.score(items, pass);
    Tensor sum = Tensor(real(0));
    const auto add = [&](double weight, const Tensor& part) { sum = sum + times(weight, part); };
    if (std::ranges::any_of(items, is_labelled)) add(options_.hard, student_->loss(scored, items));
    if (const Tensor mine = class_scores(scored, items); mine)
      add(options_.soft, soft(mine, teacher_.class_scores(said, items)));
    if (options_.hidden > 0)
      add(options_.hidden, hidden_loss(scored.encoded.last_hidden_state, said.encoded.last_hidden_state));
    return sum;
  }

 private:
  Tensor soft(const Tensor& student, const Tensor& teacher) const {
    const bool several = config().problem_type == bert::Problem::multi_label;
    return (several ? soft_loss_of_each : soft_loss)(student, teacher, options_.temperature);
  }

  const std::unique_ptr<Learner> student_;
  const Learner& teacher_;
  const DistillingOptions options_;
};

constexpr std::string_view layer_prefix = "encoder.layer.";

// "bert.encoder.layer.1.output.dense.bias" → what it is called in the teacher, where that layer is layers[1].
std::string name_in_teacher(const std::string& name, std::span<const std::int64_t> layers) {
  const std::size_t at = name.find(layer_prefix);
  if (at == std::string::npos) return name;
  const std::size_t begin = at + layer_prefix.size(), end = name.find('.', begin);
  const std::size_t layer = std::stoul(name.substr(begin, end - begin));
  return fmt::format("{}{}{}", name.substr(0, begin), layers[layer], name.substr(end));
}

bert::Config config_with(bert::Config config, std::span<const std::int64_t> layers) {
  const bert::HeadsByLayer pruned = std::move(config.pruned_heads);
  config.pruned_heads.clear();
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (const auto found = pruned.find(layers[i]); found != pruned.end())
      config.pruned_heads[static_cast<std::int64_t>(i)] = found->second;
  config.num_hidden_layers = std::ssize(layers);
  return config;
}

}  // namespace

// Σ p (log p − log q) T² / rows, where p = softmax(teacher / T) and q = softmax(student / T).
Tensor soft_loss(const Tensor& student, const Tensor& teacher, double temperature) {
  const Tensor log_p = log_softmax(times(1 / temperature, teacher));
  const Tensor log_q = log_softmax(times(1 / temperature, student));
  const auto rows = static_cast<double>(student.shape()[0]);
  return times(temperature * temperature / rows, sum(exp(log_p) * (log_p - log_q)));
}

Tensor soft_loss_of_each(const Tensor& student, const Tensor& teacher, double temperature) {
  const Array wanted = sigmoid(times(1 / temperature, teacher)).value();
  return times(temperature * temperature, bce_with_logits(times(1 / temperature, student), wanted));
}

Tensor hidden_loss(const Tensor& student, const Tensor& teacher) {
  return Tensor(real(1)) - mean(cosine_similarity(student, teacher));
}

FineTuned read_teacher(const std::filesystem::path& directory) {
  const bool fine_tuned =
      std::filesystem::exists(directory / "task.json") || std::filesystem::exists(directory / "best" / "task.json");
  return fine_tuned ? read_fine_tuned(directory) : read_language_model(directory);
}

void check_teacher(const Setup& setup, const std::string& name) {
  const bool has_classes = setup.task != "regress" && setup.task != "qa" && !setup.crf &&
                           (setup.task != "siamese" || setup.objective == "classes");
  require(has_classes, "{}: is a model of {}{}, want one of classes that are chosen one by one", name, setup.task,
          setup.crf ? " --crf" : "");
  require(setup.top.layers == "last", "{}: its head looks at the layers '{}', want one that looks at the last", name,
          setup.top.layers);
}

std::vector<std::int64_t> some_layers(std::int64_t layers, std::int64_t count) {
  require(0 < count && count <= layers, "distill: got {} layers for a student, want 1 to {}", count, layers);
  std::vector<std::int64_t> to;
  for (std::int64_t i = 0; i < count; ++i) to.push_back(i * layers / count);
  return to;
}

std::unique_ptr<Learner> with_layers(const FineTuned& teacher, std::span<const std::int64_t> layers,
                                     std::optional<double> dropout) {
  bert::Config config = teacher.learner->config();
  if (dropout) config.set_dropout(*dropout);
  for (const std::int64_t layer : layers)
    require(0 <= layer && layer < config.num_hidden_layers, "distill: got layer {}, want 0 to {}", layer,
            config.num_hidden_layers - 1);
  std::unique_ptr<Learner> student =
      recipe_named(teacher.setup.task).learner(config_with(config, layers), teacher.setup, {});
  for (Parameter parameter : student->parameters().list()) {
    const Tensor from = teacher.learner->parameters().find(name_in_teacher(parameter.name, layers));
    std::ranges::copy(from.value().values(), parameter.tensor.edit().data());
  }
  return student;
}

std::unique_ptr<Learner> distilling_learner(std::unique_ptr<Learner> student, const Learner& teacher,
                                            const DistillingOptions& options) {
  return std::make_unique<DistillingLearner>(std::move(student), teacher, options);
}

}  // namespace bertlet::tasks
