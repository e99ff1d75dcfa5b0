#pragma once
#include "bert/tasks/task.h"

namespace bertlet::tasks {

// What a model makes of data.
struct Outcome {
  std::vector<Output> outputs;      // of the items, in order
  std::optional<double> loss = {};  // the mean over all of them; nothing: there are no labels
};

// A task with the model that learns it or has learned it.
//
//   const FineTuned model = read_fine_tuned("run");     // or a directory that transformers saved
//   const std::unique_ptr<Data> data = model.read("test.tsv", Use::predicting);
//   const Outcome outcome = model.outcome(*data);
//   model.task->prediction(*data, 0, outcome.outputs);
struct FineTuned {
  std::shared_ptr<Task> task = {};  // a student has its teacher's
  std::shared_ptr<text::Tokenizer> tokenizer = {};
  std::unique_ptr<bert::Network> network = {};
  Tensor head_mask = {};    // [A] or [L, A]: multiplies what heads see, where it is given
  bool all_states = false;  // scores come with the last states of every row, of those too that the head does not read

  ReadOptions read_options(Use use) const;
  std::unique_ptr<Data> read(const std::filesystem::path& file, Use use) const;

  Scores score(ItemSpan items, Pass& pass) const;
  Tensor loss(const Scores& scores) const { return network->loss(scores.scored, scores.batch, scores.wanted); }

  // The whole of some data, without dropout, in batches of items that are about equally long.
  using Progress = std::function<void(int64_t items)>;
  Outcome outcome(const Data& data, int64_t tokens = 4096, const Progress& progress = {}) const;

  void write(const std::filesystem::path& directory) const;
};

// From a model's directory, or from a run's: then its best model. A directory of transformers' has no task.json: its
// config says which task it is; where that says none it is `otherwise`.
FineTuned read_fine_tuned(const std::filesystem::path& directory, std::unique_ptr<Task> otherwise = {},
                          std::optional<Precision> precision = {});

void write_task(Task& task, const std::filesystem::path& directory);

}  // namespace bertlet::tasks
