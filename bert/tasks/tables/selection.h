#pragma once
#include <span>
#include <tuple>

#include "bert/tasks/forms/examples.h"
#include "core/real.h"

// Which rows of a training file are learned from, and which are measured on. Rows are named by their numbers, in
// ascending order.
namespace bertlet::tasks {

using RowNumbers = std::vector<int64_t>;
using Classes = std::span<const int64_t>;  // of the rows; where there are none, all 0

template <class T>
std::vector<T> those(const std::vector<T>& all, const RowNumbers& numbers) {
  std::vector<T> to;
  for (const int64_t number : numbers) to.push_back(all[to_size(number)]);
  return to;
}

// What a row's labels are; where they are numbers, the function is empty.
using LabelsOf = std::function<std::vector<std::string>(const Example&)>;
std::vector<std::string> one_label(const Example& row);   // as it stands there, if it does
std::vector<std::string> label_list(const Example& row);  // between commas, or as JSON

// Of a row with several labels the rarest one; of a number the tenth of all rows in which it lies, by its size.
std::vector<int64_t> classes_of(const Examples& examples, const LabelsOf& labels_of);

// Parts of a data set. Each has as much of every class as the whole, as far as that goes. The same seed gives the same
// parts.
struct Split {
  RowNumbers train, dev;
};

RowNumbers subsample(Classes classes, double fraction, std::uint64_t seed);  // at least one row

// For a data set without dev.
//   const Split split = split_off(classes, 0.1, 1);
Split split_off(Classes classes, double dev_fraction, std::uint64_t seed);

// Each row is in dev once.
std::vector<Split> folds(Classes classes, int64_t count, std::uint64_t seed);

// Which rows are left out.
struct CleaningOptions {
  bool empty = true;                                   // without text, or of a pair without one of them
  bool duplicates = false;                             // with texts that stood there before, whatever their label
  std::function<int64_t(const Example&)> length = {};  // in tokens; nothing: no row is too long
  int64_t max_length = 512;
};

// How many were, each counted once, and which are left.
struct Cleaning {
  RowNumbers kept = {};
  int64_t rows = 0, empty = 0, duplicates = 0, too_long = 0;
};

Cleaning clean(const Examples& examples, const CleaningOptions& options = {});
std::string text_of(const Cleaning& cleaning);  // 97 of 100 rows: 2 empty, 1 duplicates, 0 too long left out

bool is_empty(const Example& row, const Examples& of);

// An order in which rows are equal if all their texts are.
struct ByTexts {
  bool operator()(const Example* a, const Example* b) const {
    return std::tie(a->text, a->text_b, a->parts) < std::tie(b->text, b->text_b, b->parts);
  }
};

struct SelectionOptions {
  CleaningOptions cleaning = {};
  double fraction = 1;          // of the clean rows
  double held_out = 0;          // of these, where there is no other file to measure on
  int64_t folds = 0, fold = 0;  // or that one of so many
  std::uint64_t seed = 1;
};

struct Selection {
  Cleaning cleaning = {};
  Split rows = {};
};
Selection select_rows(const Examples& examples, const LabelsOf& labels_of, const SelectionOptions& options);

}  // namespace bertlet::tasks
