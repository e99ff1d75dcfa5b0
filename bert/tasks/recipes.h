#pragma once
#include "bert/tasks/setup.h"

// Everything in which tasks differ, in one table: reader and features are a Data, head and loss a Learner.
namespace bertlet::tasks {

struct Purpose {
  enum { training, measuring, predicting } of = training;
};

struct Recipe {
  std::string name;
  std::unique_ptr<Data> (*data)(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                Purpose purpose, std::optional<Labels>& labels);
  std::unique_ptr<Learner> (*learner)(bert::Config config, const Setup& setup, const LossOptions& loss);
  std::vector<std::string> (*texts)(const std::filesystem::path& file, const Setup& setup);  // all there are
};

std::vector<std::string> recipe_names();
const Recipe& recipe_named(const std::string& name);

}  // namespace bertlet::tasks
