#pragma once
#include <span>

#include "bert/tasks/forms/examples.h"

// Parts of a data set, as numbers of its rows, in ascending order. Each part has as much of every class as the whole,
// as far as that goes. The same seed gives the same parts.
namespace bertlet::tasks {

using RowNumbers = std::vector<std::int64_t>;
using Classes = std::span<const std::int64_t>;  // of the rows; where there are none, all 0

// What a row's labels are; where they are numbers, the function is empty.
using LabelsOf = std::function<std::vector<std::string>(const Example&)>;
std::vector<std::string> one_label(const Example& row);   // as it stands there, if it does
std::vector<std::string> label_list(const Example& row);  // between commas, or as JSON
std::vector<std::string> tag_list(const Example& row);    // of its words

// Of a row with several labels the rarest one; of a number the tenth of all rows in which it lies, by its size.
std::vector<std::int64_t> classes_of(const Examples& examples, const LabelsOf& labels_of);

struct Split {
  RowNumbers train, dev;
};

RowNumbers subsample(Classes classes, double fraction, std::uint64_t seed);  // at least one row

// For a data set without dev.
//   const Split split = split_off(classes, 0.1, 1);
Split split_off(Classes classes, double dev_fraction, std::uint64_t seed);

// Each row is in dev once.
std::vector<Split> folds(Classes classes, std::int64_t count, std::uint64_t seed);

}  // namespace bertlet::tasks
