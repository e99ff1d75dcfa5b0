#include "apps/bertlet/finetuning/model.h"

#include <filesystem>
#include <set>

#include "apps/bertlet/model/model_files.h"
#include "bert/text/tokenizer_files.h"
#include "bert/text/vocabulary_training.h"
#include "bert/text/word_counts.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace tasks = bertlet::tasks;
namespace text = bertlet::text;
// The last layers may begin anew, and the first ones stay as they are.
void make_ready(tasks::Learner& learner, const FinetuneOptions& options) {
  bertlet::Parameters& parameters = learner.parameters();
  const bert::Config& config = learner.config();
  std::vector<bertlet::Parameter> anew;
  for (const bertlet::Parameter& parameter : parameters.list())
    for (std::int64_t i = config.num_hidden_layers - options.fresh_layers; i < config.num_hidden_layers; ++i)
      if (bertlet::matches(fmt::format("*encoder.layer.{}.*", i), parameter.name)) anew.push_back(parameter);
  if (!anew.empty()) {
    bertlet::Parameters last(std::move(anew));
    bert::initialise(last, config, options.common.seed);
  }
  if (options.freeze > 0) bert::freeze_layers(parameters, options.freeze);
}

// Of a model that is no part of the teacher: with its words and its labels.
bert::Config students_config(const tasks::FineTuned& teacher, const FinetuneOptions& options) {
  const bert::Config& teachers = teacher.learner->config();
  bert::Config config = config_for(options, *teacher.tokenizer);
  if (is_fresh(options)) config.vocab_size = teachers.vocab_size;
  const bool same_words = is_fresh(options) || text::read_tokenizer(options.model).vocabulary().tokens() ==
                                                   teacher.tokenizer->vocabulary().tokens();
  bertlet::require(same_words && config.vocab_size == teachers.vocab_size,
                   "{}: has another vocabulary than its teacher {}, want the same", options.model,
                   options.distill.teacher);
  config.labels = teachers.labels;
  return config;
}

}  // namespace

bool is_fresh(const FinetuneOptions& options) {
  return !options.model.empty() && !std::filesystem::is_directory(options.model);
}

// A passage counts once however often it is asked about.
text::Tokenizer tokenizer_for(const FinetuneOptions& options, const tasks::Examples& examples) {
  if (!is_fresh(options)) return text::read_tokenizer(options.model);
  text::WordCounts counts;
  std::set<std::string_view> seen;
  for (const tasks::Example& row : examples.rows)
    for (const std::string* each : {&row.text, &row.text_b})
      if (seen.insert(*each).second) counts.add(*each);
  return text::Tokenizer(text::trained_vocabulary(counts.words(), {.size = options.vocab_size}));
}

bert::Config config_for(const FinetuneOptions& options, const text::Tokenizer& tokenizer) {
  bert::Config config = is_fresh(options) ? bert::config_from(options.model) : read_model_config(options.model);
  if (is_fresh(options)) config.vocab_size = tokenizer.vocabulary().size();
  std::optional<double> dropout = options.dropout;
  if (is_fresh(options) && !options.model.ends_with(".json") && !dropout) dropout = 0;  // which only slows it down
  if (dropout) config.set_dropout(*dropout);
  return config;
}

void give_values(tasks::Learner& learner, const FinetuneOptions& options) {
  if (is_fresh(options))
    bert::initialise(learner.parameters(), learner.config(), options.common.seed);
  else
    load_parameters(learner.parameters(), learner.config(), options.model, options.common);
  make_ready(learner, options);
}

std::unique_ptr<tasks::Learner> student_of(const tasks::FineTuned& teacher, const FinetuneOptions& options) {
  const DistillOptions& distill = options.distill;
  if (options.model.empty()) {
    const std::int64_t layers = teacher.learner->config().num_hidden_layers;
    std::unique_ptr<tasks::Learner> student = with_layers(teacher, layers_for(distill, layers), options.dropout);
    make_ready(*student, options);
    return student;
  }
  bertlet::require(!distill.student_layers && distill.from_layers.empty(),
                   "finetune: got --model and layers of the teacher, want one of them");
  const tasks::Recipe& recipe = tasks::recipe_named(teacher.setup.task);
  std::unique_ptr<tasks::Learner> student = recipe.learner(students_config(teacher, options), teacher.setup, {});
  give_values(*student, options);
  return student;
}

}  // namespace apps
