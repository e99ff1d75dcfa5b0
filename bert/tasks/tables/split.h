#pragma once
#include <span>

#include "bert/tasks/tables/examples.h"

// Parts of a data set, as numbers of its rows, in ascending order. Each part has as much of every class as the whole,
// as far as that goes. The same seed gives the same parts.
namespace bertlet::tasks {

using RowNumbers = std::vector<std::int64_t>;
using Classes = std::span<const std::int64_t>;  // of the rows; where there are none, all 0

// Of a row with several labels the rarest one; of a number the tenth of all rows in which it lies, by its size.
std::vector<std::int64_t> classes_of(const Examples& examples, Labelling labelling);

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
