#include <filesystem>
#include <set>

#include "apps/bertlet/finetuning/job.h"
#include "apps/bertlet/model/model_files.h"
#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "bert/text/vocabulary/vocabulary_training.h"
#include "bert/text/vocabulary/word_counts.h"
#include "core/require.h"

namespace apps {

namespace {

// The last layers may begin anew, and the first ones stay as they are.
void make_ready(bert::Network& network, const ModelOptions& options, std::uint64_t seed) {
  bertlet::Parameters& parameters = network.parameters();
  const int64_t layers = network.config().num_hidden_layers;
  bertlet::require(options.freeze <= layers && options.fresh_layers <= layers,
                   "finetune: got --freeze {} and --fresh-layers {} for a model of {} layers", options.freeze,
                   options.fresh_layers, layers);
  std::vector<bertlet::Parameter> anew;
  for (const bertlet::Parameter& parameter : parameters.list())
    for (int64_t i = layers - options.fresh_layers; i < layers; ++i)
      if (bertlet::matches(fmt::format("*encoder.layer.{}.*", i), parameter.name)) anew.push_back(parameter);
  if (!anew.empty()) {
    bertlet::Parameters last(std::move(anew));
    bertlet::initialise(last, seed, network.initial_values());
  }
  if (options.freeze > 0) bert::freeze_layers(parameters, options.freeze);
}

// Of a model that is no part of the teacher: with its words and its labels.
bert::Config students_config(const tasks::FineTuned& teacher, const FinetuneOptions& options) {
  const bert::Config& teachers = teacher.network->config();
  const std::string& model = options.model.model;
  bert::Config config = config_for(options.model, *teacher.tokenizer);
  const bool fresh = options.model.is_fresh();
  if (fresh) config.vocab_size = teachers.vocab_size;
  const bool same_words = fresh || text::read_tokenizer(model_directory(model)).vocabulary().tokens() ==
                                       teacher.tokenizer->vocabulary().tokens();
  bertlet::require(same_words && config.vocab_size == teachers.vocab_size,
                   "{}: has another vocabulary than its teacher {}, want the same", model, options.teacher->teacher);
  config.labels = teachers.labels;
  return config;
}

std::vector<int64_t> layers_for(const TeacherOptions& options, int64_t teachers) {
  bertlet::require(!options.student_layers || options.from_layers.empty(),
                   "finetune: got --student-layers and --from-layers, want one of them");
  if (!options.from_layers.empty()) return options.from_layers;
  return tasks::some_layers(teachers, options.student_layers.value_or((teachers + 1) / 2));
}

// Words and endings count as one text; each ending with how all of them begin.
std::vector<std::string> texts_of(const tasks::Example& row) {
  if (row.parts.empty()) return {row.text, row.text_b};
  std::string parts;
  for (const std::string& part : row.parts) parts += (row.text_b.empty() ? "" : row.text_b + " ") + part + "\n";
  return {row.text, parts};
}

}  // namespace

void check_model(const ModelOptions& options) {
  const std::vector<std::string> sizes = bert::size_names();
  const bool is_size = std::ranges::find(sizes, options.model) != sizes.end() || options.model.ends_with(".json");
  if (!options.model.empty() && !is_size) bertlet::io::model_directory(options.model);
}

// A passage counts once however often it is asked about.
text::Tokenizer tokenizer_for(const ModelOptions& options, const tasks::Examples& examples) {
  if (!options.is_fresh()) return text::read_tokenizer(model_directory(options.model));
  text::TokenizerOptions how;
  how.text.lower_case = !options.cased;
  if (!options.vocab.empty()) {
    if (std::filesystem::is_directory(options.vocab)) return text::read_tokenizer(options.vocab);
    return text::Tokenizer(text::Vocabulary::read(options.vocab), how);
  }
  text::WordCounts counts({.text = how.text});
  std::set<std::string> seen;
  for (const tasks::Example& row : examples.rows)
    for (const std::string& each : texts_of(row))
      if (seen.insert(each).second) counts.add(each);
  text::TrainingOptions training{.size = options.vocab_size};
  training.alphabet_limit = options.alphabet;
  return text::Tokenizer(text::trained_vocabulary(counts.words(), training), how);
}

bert::Config config_for(const ModelOptions& options, const text::Tokenizer& tokenizer) {
  const bool fresh = options.is_fresh();
  bert::Config config = fresh ? bert::config_from(options.model) : read_model_config(options.model);
  if (fresh)
    config.vocab_size = tokenizer.vocabulary().size();
  else
    bert::check_vocabulary(tokenizer.vocabulary().size(), config, options.model);
  std::optional<double> dropout = options.dropout;
  if (fresh && !options.model.ends_with(".json") && !dropout) dropout = 0;  // which only slows it down
  if (dropout) config.set_dropout(*dropout);
  return config;
}

void give_values(bert::Network& network, const ModelOptions& options, const CommonOptions& common) {
  if (options.is_fresh())
    bert::initialise(network, common.seed);
  else
    load_parameters(network.parameters(), network.initial_values(), options.model, common);
  make_ready(network, options, common.seed);
}

tasks::FineTuned student_of(const tasks::FineTuned& teacher, const FinetuneOptions& options) {
  const TeacherOptions& of = *options.teacher;
  if (options.model.model.empty()) {
    const int64_t layers = teacher.network->config().num_hidden_layers;
    tasks::FineTuned student = with_layers(teacher, layers_for(of, layers), options.model.dropout);
    make_ready(*student.network, options.model, options.common.seed);
    return student;
  }
  bertlet::require(!of.student_layers && of.from_layers.empty(),
                   "finetune: got --model and layers of the teacher, want one of them");
  tasks::FineTuned student{.task = teacher.task,
                           .tokenizer = teacher.tokenizer,
                           .network = teacher.task->network(students_config(teacher, options)),
                           .all_states = true};
  give_values(*student.network, options.model, options.common);
  return student;
}

}  // namespace apps
