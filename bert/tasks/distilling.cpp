#include "bert/tasks/distilling.h"

#include <algorithm>

#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::tasks {

namespace {

bool is_labelled(const Item* item) {
  return !item->values.empty() || std::ranges::any_of(item->labels, [](int64_t label) { return label >= 0; });
}

Tensor times(double factor, const Tensor& x) { return x * Tensor(static_cast<real>(factor)); }

constexpr std::string_view layer_prefix = "encoder.layer.";

// "bert.encoder.layer.1.output.dense.bias" → what it is called in the teacher, where that layer is layers[1].
std::string name_in_teacher(const std::string& name, std::span<const int64_t> layers) {
  const std::size_t at = name.find(layer_prefix);
  if (at == std::string::npos) return name;
  const std::size_t begin = at + layer_prefix.size(), end = name.find('.', begin);
  const std::size_t layer = std::stoul(name.substr(begin, end - begin));
  return fmt::format("{}{}{}", name.substr(0, begin), layers[layer], name.substr(end));
}

bert::Config config_with(bert::Config config, std::span<const int64_t> layers) {
  const bert::HeadsByLayer pruned = std::move(config.pruned_heads);
  config.pruned_heads.clear();
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (const auto found = pruned.find(layers[i]); found != pruned.end())
      config.pruned_heads[static_cast<int64_t>(i)] = found->second;
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

void DistillingOptions::visit(const options::Visitor& f) {
  f({"temperature", &temperature, "Temperature: scores are divided by it", {.least = 0.01}});
  f({"soft", &soft, "Weight of what the teacher says"});
  f({"hard", &hard, "Weight of the labels"});
  f({"hidden", &hidden, "Weight of the last hidden states; otherwise 1, or 0 where the student is of another width"});
}

FineTuned read_teacher(const std::filesystem::path& directory) {
  FineTuned teacher = read_fine_tuned(directory, mlm());
  const std::string why = teacher.task->cannot_teach();
  require(why.empty(), "{}: a model for {} {}, so no student can learn from it", directory.string(),
          teacher.task->facts().name, why);
  teacher.all_states = true;
  return teacher;
}

std::vector<int64_t> some_layers(int64_t layers, int64_t count) {
  require(0 < count && count <= layers, "distill: got {} layers for a student, want 1 to {}", count, layers);
  std::vector<int64_t> to;
  for (int64_t i = 0; i < count; ++i) to.push_back(i * layers / count);
  return to;
}

FineTuned with_layers(const FineTuned& teacher, std::span<const int64_t> layers, std::optional<double> dropout) {
  bert::Config config = teacher.network->config();
  if (dropout) config.set_dropout(*dropout);
  for (const int64_t layer : layers)
    require(0 <= layer && layer < config.num_hidden_layers, "distill: got layer {}, want 0 to {}", layer,
            config.num_hidden_layers - 1);
  FineTuned student{.task = teacher.task,
                    .tokenizer = teacher.tokenizer,
                    .network = teacher.task->network(config_with(config, layers)),
                    .all_states = true};
  for (Parameter parameter : student.network->parameters().list()) {
    const Tensor from = teacher.network->parameters().find(name_in_teacher(parameter.name, layers));
    std::ranges::copy(from.value().values(), parameter.tensor.edit().data());
  }
  return student;
}

FineTuning::Loss distilling_loss(const FineTuned& student, const FineTuned& teacher, const DistillingOptions& options) {
  require(options.temperature > 0, "distill: got the temperature {}, want more than 0", options.temperature);
  const int64_t width = student.network->config().hidden_size, teachers = teacher.network->config().hidden_size;
  const double hidden = options.hidden.value_or(width == teachers ? 1 : 0);
  require(hidden == 0 || width == teachers,
          "distill: got states of {} numbers and a teacher's of {}, want as many, or hidden 0", width, teachers);
  require(hidden == 0 || (student.all_states && teacher.all_states),
          "distill: got states of some rows to compare, want all_states of student and teacher");
  const bool several = student.network->config().problem_type == bert::Problem::multi_label;
  return [&student, &teacher, options, hidden, several](const Scores& scores, ItemSpan items) {
    Pass pass;
    const Scores said = teacher.score(items, pass);
    Tensor sum = Tensor(real(0));
    const auto add = [&](double weight, const Tensor& part) { sum = sum + times(weight, part); };
    if (std::ranges::any_of(items, is_labelled)) add(options.hard, student.loss(scores));
    if (const Tensor mine = student.task->class_scores(scores))
      add(options.soft,
          (several ? soft_loss_of_each : soft_loss)(mine, teacher.task->class_scores(said), options.temperature));
    if (hidden > 0)
      add(hidden, hidden_loss(scores.scored.encoded.last_hidden_state, said.scored.encoded.last_hidden_state));
    return sum;
  };
}

}  // namespace bertlet::tasks
