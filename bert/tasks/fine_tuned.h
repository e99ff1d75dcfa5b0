#pragma once
#include "bert/tasks/recipes.h"

namespace bertlet::tasks {

// A model that was fine-tuned, with all that its task needs: a directory that transformers reads too.
//
//   const FineTuned model = read_fine_tuned("run/best");
//   const std::unique_ptr<Data> data = model.read("test.tsv", {Purpose::predicting});
//   data->predictions(outputs_of(*model.learner, data->items()));
struct FineTuned {
  Setup setup;
  std::unique_ptr<text::Tokenizer> tokenizer = {};
  std::optional<Labels> labels = {};
  std::unique_ptr<Learner> learner = {};

  std::unique_ptr<Data> read(const std::filesystem::path& file, Purpose purpose) const;
  void write(const std::filesystem::path& directory) const;
};

// From a model's directory, or from a run's: then its best model.
FineTuned read_fine_tuned(std::filesystem::path directory);

// A BERT with a head for hidden words, as one that was fine-tuned for mlm.
FineTuned read_language_model(const std::filesystem::path& directory);

}  // namespace bertlet::tasks
