#pragma once
#include "bert/tasks/setup.h"
#include "bert/tasks/tables/data_report.h"

// Everything in which tasks differ, in one table: reader and features are a Data, head and loss a Learner.
namespace bertlet::tasks {

struct Purpose {
  enum { training, measuring, predicting } of = training;
  std::optional<RowNumbers> rows = {};  // of the file; otherwise all
};

struct Recipe {
  std::string name, what;  // what: in a line, for people
  std::unique_ptr<Data> (*data)(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                Purpose purpose, std::optional<Labels>& labels);
  std::unique_ptr<Learner> (*learner)(bert::Config config, const Setup& setup, const LossOptions& loss);

  // For those who look at data as a whole: the rows of a file in the order of its examples, what their labels are, and
  // how many tokens the longest sequence of one has.
  Examples (*examples)(const std::filesystem::path& file, const Setup& setup, BadRows bad_rows);
  Labelling (*labelling)(const Setup& setup);
  std::int64_t (*length)(const Example& row, const text::Tokenizer& tokenizer);
};

std::vector<std::string> recipe_names();
const Recipe& recipe_named(const std::string& name);

// What a task needs besides for a report on its data.
DataReportOptions report_options(const Setup& setup, const text::Tokenizer& tokenizer);

}  // namespace bertlet::tasks
