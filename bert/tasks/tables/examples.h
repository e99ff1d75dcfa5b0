#pragma once
#include "bert/tasks/tables/table.h"

namespace bertlet::tasks {

// A text or a pair of texts, and what is to be said about it, as it stands in the file.
struct Example {
  std::int64_t line = 0;
  std::string text = {}, text_b = {}, label = {};
};

// Which columns of a table they are, by name or by number from 1. Those not given are found: by well-known names, or
// in a table without header by their order, the label last.
struct ColumnChoice {
  std::string text = {}, text_b = {}, label = {};
};

// What a row's label is: a name; a list of them, between commas or as JSON; or a number, or nothing.
enum class Labelling { one, several, number };

enum class Texts { one, two, one_or_two };  // one_or_two: a pair, if the table has a second text
enum class LabelColumn { needed, if_there };

struct ExampleOptions {
  Texts texts = Texts::one;
  LabelColumn label = LabelColumn::needed;
  ColumnChoice columns = {};
  TableOptions table = {};
};

//   const Examples train = read_examples("train.tsv", {.texts = Texts::two});
//   fmt::print("{}: {} rows; {}\n", train.file, train.rows.size(), text_of(train.columns));
//     // train.tsv: 4000 rows; text: sentence1, text_b: sentence2, label: label
struct Examples {
  std::string file;
  ColumnChoice columns = {};  // names of those that were read; empty: there is none
  std::vector<Example> rows = {};
  std::vector<BadRow> bad_rows = {};  // only if they are collected

  bool labelled() const { return !columns.label.empty(); }
  std::string place(const Example& row) const;  // train.tsv:17
};

Examples read_examples(const std::filesystem::path& file, const ExampleOptions& options = {});
Examples examples_of(Table table, const ExampleOptions& options);

std::vector<std::string> labels_of(const Example& row, Labelling labelling);  // none of a number

std::string text_of(const ColumnChoice& columns);

}  // namespace bertlet::tasks
