#pragma once
#include <functional>

#include "bert/io/json/document.h"
#include "bert/tasks/tables/selection.h"
#include "bert/text/tokenizer/tokenizer.h"

// What is in labelled data, to be read before a model is trained on them.
//
//   const DataReport report = data_report(train, tokenizer, {.max_length = 128});
//   fmt::print("{}", text_of(report));
namespace bertlet::tasks {

struct DataReportOptions {
  int64_t max_length = 512;                            // of what a model is given, with [CLS] and [SEP]
  bool fit = false;                                    // or less, where 95 % of the rows need no more
  LabelsOf labels_of = one_label;                      // empty: they are numbers
  std::function<int64_t(const Example&)> length = {};  // in tokens; otherwise that of both texts in one sequence
};

inline constexpr std::size_t labels_shown = 20;

struct LabelCount {
  std::string label;
  int64_t count = 0;
};

// Lengths from `least` to that of the next bin.
struct LengthBin {
  int64_t least = 0, count = 0;
};

struct Numbers {
  double least = 0, mean = 0, largest = 0;
};

struct Repeated {
  std::string text;
  int64_t count = 0;
  std::vector<int64_t> lines = {};  // the first few
};

struct DataReport {
  std::string file;
  std::string form = {};  // in a line
  int64_t rows = 0, unreadable = 0, empty = 0;
  int64_t duplicates = 0;      // rows whose texts stood there before,
  int64_t contradictions = 0;  // and these with another label
  std::vector<Repeated> most_repeated = {};
  std::vector<LabelCount> labels = {};                          // in the order of label.txt
  std::optional<Numbers> numbers = {};                          // where labels are numbers
  int64_t shortest = 0, median = 0, long_one = 0, longest = 0;  // in tokens; long_one: 95 % are no longer
  std::vector<LengthBin> lengths = {};
  int64_t max_length = 0, truncated = 0;  // rows that are longer
  int64_t tokens = 0, unknown = 0;        // without [CLS] and [SEP]
  std::optional<int64_t> in_train = {};   // rows that stand in the training file, too

  double majority() const;  // the share of the most frequent label among all
  double share(int64_t rows_of_it) const;
  double unknown_rate() const;
  int64_t suggested_length() const;  // that of long_one, rounded up to a multiple of 8

  // One sentence each on what will probably make the model worse than it could be.
  std::vector<std::string> warnings() const;
};

DataReport data_report(const Examples& examples, const text::Tokenizer& tokenizer,
                       const DataReportOptions& options = {});

// Rows of dev whose texts stand in train.
int64_t leaked(const Examples& train, const Examples& dev);

std::string text_of(const DataReport& report);
io::Json json_of(const DataReport& report);
io::Json histograms(const DataReport& report);  // of lengths and labels, as a run's page draws them

}  // namespace bertlet::tasks
