#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bert/tasks/forms/row.h"

namespace bertlet::io {
class MappedFile;
}

// Labelled data as people have them, in whatever form, become examples.
//
//   const Examples train = read_examples("train.tsv", {.content = Content::pair});
//   fmt::print("{}: {} rows; {}\n", train.file, train.rows.size(), train.form);
//     // train.tsv: 4000 rows; TSV with a header; text: sentence1, text_b: sentence2, label: label
namespace bertlet::tasks {

// One example; which of the members it has follows from the content that was asked for.
struct Example {
  int64_t line = 0;
  std::string text = {}, text_b = {};    // a text or a pair; a sentence; question and passage; what endings are chosen
                                         // for, and in text_b how all of them begin
  std::string label = {};                // as it stands in the file; of a question "there", "none" or, unknown, "";
                                         // of a choice the number of the right ending, from 0
  std::vector<std::string> parts = {};   // the words of a sentence; the endings, without what stands in text_b
  std::vector<std::string> labels = {};  // a tag for each word; the right answers to a question
  std::vector<int64_t> places = {};      // the line of each word; where each answer begins, in characters
  std::vector<std::string> others = {};  // the cells of the other columns, whose names are Examples::others
};

enum class Content {
  text,          // a text and its label
  pair,          // two texts and their label
  text_or_pair,  // a pair where there is a second text
  words,         // words and their tags
  question,      // a question, its passage and its answers
  choice,        // a text, its endings, the number of the right one
  plain,         // texts without labels: a line each, or a column of a table
};

// Which columns of a table, by name or by number from 1. Those not given are found: by well-known names, or in a table
// without header by their order.
struct ColumnChoice {
  std::string text = {}, text_b = {}, label = {};
};

// if_there: a file without labels will do, and so will one in which not every row has them.
enum class LabelColumn { needed, if_there };

// What examples are read for.
enum class Use {
  training,    // with labels; those that cannot be learned from are left out
  measuring,   // with labels; all of them count
  predicting,  // labels may be missing or unknown
};

struct ReadOptions {
  Content content = Content::text;
  LabelColumn label = LabelColumn::needed;
  ColumnChoice columns = {};
  BadRows bad_rows = BadRows::refused;
};

struct Examples {
  std::string file;
  std::string form = {};                 // in a line, for people
  ColumnChoice columns = {};             // names of those that were read; empty: there is none
  std::vector<std::string> others = {};  // names of the columns that were not
  std::vector<Example> rows = {};
  std::vector<BadRow> bad_rows = {};  // only if they are collected
  bool labelled = false;

  std::string place(const Example& row) const;                    // train.tsv:17
  std::string place(const Example& row, std::size_t word) const;  // of a word, where words have lines of their own
};

std::string text_of(const ColumnChoice& columns);  // text: sentence, label: label

// A cell that holds several values: a list in JSON, or values between commas.
std::vector<std::string> values_of(const std::string& cell);

// The whole file.
Examples read_examples(const std::filesystem::path& file, const ReadOptions& options = {});

class Form;
struct Source;

// A file of any size, so many rows at a time.
class ExampleReader {
 public:
  ExampleReader(const std::filesystem::path& file, const ReadOptions& options);
  ~ExampleReader();
  bool next(Examples& to, int64_t most);  // replaces what is in `to`; false: there are no more rows
  double done() const;                    // the share of the file that was read

 private:
  void forget_what_was_read();

  std::string bytes_;                       // of a pipe, which has no size, all is read,
  std::unique_ptr<io::MappedFile> mapped_;  // and a file proper is mapped
  std::unique_ptr<Source> source_;
  std::unique_ptr<Form> form_;
  std::size_t forgotten_ = 0;  // bytes of the file
  bool has_rows_ = false;
};

}  // namespace bertlet::tasks
