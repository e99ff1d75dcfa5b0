#include "bert/tasks/fine_tuned.h"

#include "bert/io/pretrained.h"
#include "bert/text/tokenizer_files.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

namespace fs = std::filesystem;

constexpr const char* labels_name = "label.txt";

// Tokenizer, labels and learner, where it is known for what.
FineTuned read_model(const fs::path& directory, Setup setup) {
  FineTuned to{.setup = std::move(setup),
               .tokenizer = std::make_unique<text::Tokenizer>(text::read_tokenizer(directory)),
               .labels = {},
               .learner = {}};
  if (fs::exists(directory / labels_name)) to.labels = Labels::read(directory / labels_name);
  const bert::Config config = bert::read_config(directory / "config.json");
  to.learner = recipe_named(to.setup.task).learner(config, to.setup, {});
  const StateReport report = bert::load_checkpoint(to.learner->parameters(), config, io::open_checkpoint(directory));
  require(report.missing.empty(), "{}: {}", directory.string(), report.text());
  to.learner->parameters().freeze("*");
  return to;
}

}  // namespace

std::unique_ptr<Data> FineTuned::read(const fs::path& file, Purpose purpose) const {
  std::optional<Labels> known = labels;
  std::unique_ptr<Data> data = recipe_named(setup.task).data(file, *tokenizer, setup, std::move(purpose), known);
  if (setup.threshold != 0) data->set_threshold(setup.threshold);
  return data;
}

void FineTuned::write(const fs::path& directory) const {
  bert::save_model(directory, learner->config(), learner->parameters());
  text::write_tokenizer(*tokenizer, directory);
  write_setup(setup, directory);
  if (labels) labels->write(directory / labels_name);
}

FineTuned read_fine_tuned(fs::path directory) {
  if (fs::exists(directory / "best" / "task.json")) directory /= "best";
  require(fs::exists(directory / "task.json"), "{}: has no task.json, want a model that was fine-tuned, or its run",
          directory.string());
  return read_model(directory, read_setup(directory));
}

FineTuned read_language_model(const fs::path& directory) {
  Setup setup{.task = "mlm"};
  setup.data.max_length = bert::read_config(directory / "config.json").max_position_embeddings;
  return read_model(directory, std::move(setup));
}

}  // namespace bertlet::tasks
