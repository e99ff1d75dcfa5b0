#pragma once
#include "bert/tasks/tables/cleaning.h"

namespace bertlet::tasks {

struct SelectionOptions {
  CleaningOptions cleaning = {};
  double fraction = 1;               // of the clean rows
  double held_out = 0;               // of these, where there is no other file to measure on
  std::int64_t folds = 0, fold = 0;  // or that one of so many
  std::uint64_t seed = 1;
};

// Which rows of a training file are learned from, and which are measured on.
struct Selection {
  Cleaning cleaning = {};
  Split rows = {};
};

Selection select_rows(const Examples& examples, const LabelsOf& labels_of, const SelectionOptions& options);

}  // namespace bertlet::tasks
