#include "apps/bertlet/samples/sample_data.h"

#include <algorithm>
#include <array>
#include <set>

#include "apps/bertlet/samples/bag_of_words.h"
#include "apps/bertlet/samples/sample_formats.h"
#include "bert/io/files/file.h"
#include "bert/tasks/tables/labels.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/require.h"

namespace apps::samples {

namespace {

namespace fs = std::filesystem;
namespace io = bertlet::io;
using bertlet::Error;
using bertlet::joined;
using bertlet::require;
using bertlet::tasks::Labels;
using bertlet::tasks::values_of;

template <class Row>
struct Parts {
  std::vector<Row> train, dev, test;
};

// What makes a row another one.
std::string key_of(const Example& row) { return fmt::format("{}\t{}{}", row.text, row.text_b, joined(row.parts, " ")); }
std::string key_of(const SampleQuestion& row) { return fmt::format("{}{}", row.context, row.question); }
std::string key_of(const SampleChoice& row) { return row.context; }
std::string key_of(const std::vector<std::string>& document) { return joined(document, " "); }

template <class Row>
class Source {
 public:
  Source(Row (*make)(Random&), std::uint64_t seed) : make_(make), random_({.seed = seed}) {}

  std::vector<Row> rows(int64_t count) {
    std::vector<Row> rows;
    while (std::ssize(rows) < count) rows.push_back(fresh());
    return rows;
  }

 private:
  Row fresh() {
    for (int tries = 0; tries < 1000; ++tries) {
      Row row = make_(random_);
      if (seen_.insert(key_of(row)).second) return row;
    }
    throw Error(fmt::format("sample-data: there are only some {} different rows, want fewer", seen_.size()));
  }

  Row (*make_)(Random&);
  Random random_;
  std::set<std::string> seen_;
};

template <class Row>
Parts<Row> parts_of(Row (*make)(Random&), const SampleDataOptions& options) {
  require(options.rows >= 8, "sample-data: got {} rows, want at least 8", options.rows);
  Source<Row> source(make, options.seed);
  Parts<Row> parts;
  parts.train = source.rows(options.rows);
  parts.dev = source.rows(options.rows / 8);
  parts.test = source.rows(options.rows / 8);
  return parts;
}

// Writes the three parts by `text`, which makes a file's bytes of rows.
template <class Row, class Text>
SampleData write_parts(const Parts<Row>& parts, const fs::path& folder, const char* extension, const Text& text) {
  SampleData data{.train = std::ssize(parts.train), .dev = std::ssize(parts.dev), .test = std::ssize(parts.test)};
  const std::pair<const char*, const std::vector<Row>*> files[] = {
      {"train", &parts.train}, {"dev", &parts.dev}, {"test", &parts.test}};
  for (const auto& [name, rows] : files) {
    data.files.push_back(folder / fmt::format("{}{}", name, extension));
    io::write_file(data.files.back(), text(*rows));
  }
  return data;
}

// How many rows are right in dev by the majority, and by a bag of words; `bags` makes both of rows.
template <class Row, class Bags>
void measure(SampleData& data, const Parts<Row>& parts, int64_t labels, const Bags& bags) {
  const std::vector<BagRow> train = bags(parts.train), dev = bags(parts.dev);
  data.majority = majority(train, dev);
  data.bag_of_words = BagOfWords(train, labels).accuracy(dev);
}

using ExampleParts = Parts<Example>;

template <class Row, class Get>
Labels labels_of(const std::vector<Row>& rows, const Get& get) {
  return Labels::of(bertlet::mapped(rows, get));
}

void measure_examples(SampleData& data, const ExampleParts& parts) {
  std::vector<Example> all = parts.train;
  all.insert(all.end(), parts.dev.begin(), parts.dev.end());
  const Labels labels = labels_of(all, [](const Example& row) { return row.label; });
  measure(data, parts, labels.size(), [&](const std::vector<Example>& rows) {
    return bertlet::mapped(rows, [&](const Example& row) {
      return BagRow{bag_of(row.text, row.text_b), labels.id(row.label, "sample")};
    });
  });
}

using ExampleText = std::string (*)(const std::vector<Example>& rows, std::string_view label);

SampleData write_examples(Example (*make)(Random&), ExampleText text, std::string_view label, const fs::path& folder,
                          const SampleDataOptions& options) {
  const ExampleParts parts = parts_of(make, options);
  SampleData data =
      write_parts(parts, folder, ".tsv", [&](const std::vector<Example>& rows) { return text(rows, label); });
  measure_examples(data, parts);
  return data;
}

SampleData classify(const fs::path& folder, const SampleDataOptions& options) {
  return write_examples(sample_deed, single_tsv, "label", folder, options);
}

SampleData pair(const fs::path& folder, const SampleDataOptions& options) {
  return write_examples(sample_opinion, pair_tsv, "label", folder, options);
}

SampleData regress(const fs::path& folder, const SampleDataOptions& options) {
  return write_examples(sample_rating, single_tsv, "score", folder, options);
}

SampleData siamese(const fs::path& folder, const SampleDataOptions& options) {
  return write_examples(sample_similarity, pair_tsv, "score", folder, options);
}

SampleData next_sentence(const fs::path& folder, const SampleDataOptions& options) {
  return write_examples(sample_next_sentence, pair_tsv, "label", folder, options);
}

// A bag of words is asked for each label by itself; a row is right if all its labels are.
double label_sets_right(const ExampleParts& parts) {
  const auto labelled = [](const std::vector<Example>& rows, const std::string& label) {
    std::vector<BagRow> bags;
    for (const Example& row : rows) {
      const std::vector<std::string> values = values_of(row.label);
      bags.push_back({bag_of(row.text), std::ranges::count(values, label)});
    }
    return bags;
  };
  std::set<std::string> labels;
  for (const Example& row : parts.train)
    for (const std::string& label : values_of(row.label)) labels.insert(label);
  std::vector<bool> right(parts.dev.size(), true);
  for (const std::string& label : labels) {
    const BagOfWords model(labelled(parts.train, label), 2);
    const std::vector<BagRow> dev = labelled(parts.dev, label);
    for (std::size_t i = 0; i < dev.size(); ++i) right[i] = right[i] && model.best(dev[i].words) == dev[i].label;
  }
  return static_cast<double>(std::ranges::count(right, true)) / static_cast<double>(right.size());
}

SampleData multilabel(const fs::path& folder, const SampleDataOptions& options) {
  const ExampleParts parts = parts_of(sample_praise, options);
  SampleData data =
      write_parts(parts, folder, ".tsv", [](const std::vector<Example>& rows) { return single_tsv(rows, "labels"); });
  measure_examples(data, parts);
  data.bag_of_words = label_sets_right(parts);
  return data;
}

// Unlabelled lines are what a teacher labels for its student.
SampleData distill(const fs::path& folder, const SampleDataOptions& options) {
  SampleData data = classify(folder, options);
  Source<Example> source(sample_deed, options.seed + 1);
  std::string lines;
  for (const Example& row : source.rows(2 * options.rows)) lines += fmt::format("{}\n", row.text);
  data.files.push_back(folder / "unlabelled.txt");
  io::write_file(data.files.back(), lines);
  return data;
}

// The words of names, each a bag of its own: what is known of their tags from the word alone.
SampleData ner(const fs::path& folder, const SampleDataOptions& options) {
  const Parts<Example> parts = parts_of(sample_names, options);
  SampleData data = write_parts(parts, folder, ".conll", conll);
  const Labels labels({"B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"});
  measure(data, parts, labels.size(), [&](const std::vector<Example>& rows) {
    std::vector<BagRow> bags;
    for (const Example& row : rows)
      for (std::size_t i = 0; i < row.parts.size(); ++i)
        if (row.labels[i] != "O") bags.push_back({{row.parts[i]}, labels.id(row.labels[i], "sample")});
    return bags;
  });
  return data;
}

// The most frequent answer is that there is none.
SampleData qa(const fs::path& folder, const SampleDataOptions& options) {
  const Parts<SampleQuestion> parts = parts_of(sample_question, options);
  SampleData data = write_parts(parts, folder, ".json", squad);
  const auto none = std::ranges::count_if(parts.dev, [](const SampleQuestion& row) { return row.answer.empty(); });
  data.majority = static_cast<double>(none) / static_cast<double>(parts.dev.size());
  return data;
}

// A bag of words is asked which of the four endings looks most like a right one.
double ending_accuracy(const Parts<SampleChoice>& parts) {
  const auto bag = [](const SampleChoice& row, const std::string& ending) {
    return bag_of(row.context, row.beginning + " " + ending);
  };
  std::vector<BagRow> train;
  for (const SampleChoice& row : parts.train)
    for (std::size_t i = 0; i < row.endings.size(); ++i)
      train.push_back({bag(row, row.endings[i]), static_cast<int64_t>(i) == row.right ? 1 : 0});
  const BagOfWords model(train, 2);
  const auto right = std::ranges::count_if(parts.dev, [&](const SampleChoice& row) {
    std::array<double, 4> scores{};
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = model.probabilities(bag(row, row.endings[i]))[1];
    return std::ranges::max_element(scores) - scores.begin() == row.right;
  });
  return static_cast<double>(right) / static_cast<double>(parts.dev.size());
}

SampleData choice(const fs::path& folder, const SampleDataOptions& options) {
  const Parts<SampleChoice> parts = parts_of(sample_choice, options);
  SampleData data = write_parts(parts, folder, ".csv", swag);
  const auto places = [](const std::vector<SampleChoice>& rows) {
    return bertlet::mapped(rows, [](const SampleChoice& row) { return BagRow{{}, row.right}; });
  };
  data.majority = majority(places(parts.train), places(parts.dev));
  data.bag_of_words = ending_accuracy(parts);
  return data;
}

SampleData mlm(const fs::path& folder, const SampleDataOptions& options) {
  return write_parts(parts_of(sample_document, options), folder, ".txt", paragraphs);
}

struct SampleTask {
  std::string_view name;
  SampleData (*write)(const fs::path& folder, const SampleDataOptions& options);
};
constexpr SampleTask all_tasks[] = {{"classify", classify}, {"pair", pair},       {"multilabel", multilabel},
                                    {"regress", regress},   {"ner", ner},         {"qa", qa},
                                    {"choice", choice},     {"siamese", siamese}, {"next-sentence", next_sentence},
                                    {"distill", distill},   {"mlm", mlm},         {"causal", mlm}};

}  // namespace

std::vector<std::string_view> sample_tasks() {
  std::vector<std::string_view> names;
  for (const SampleTask& task : all_tasks) names.push_back(task.name);
  return names;
}

SampleData write_sample_data(std::string_view task, const fs::path& folder, const SampleDataOptions& options) {
  const auto found = std::ranges::find(all_tasks, task, &SampleTask::name);
  require(found != std::end(all_tasks), "sample-data: got the task '{}', want one of {}", task,
          joined(sample_tasks(), ", "));
  fs::create_directories(folder);
  return found->write(folder, options);
}

std::string text_of(const SampleData& data) {
  std::string text;
  for (const fs::path& file : data.files) text += fmt::format("{}\n", file.string());
  text += fmt::format("rows          {} to train, {} to choose by, {} to test\n", data.train, data.dev, data.test);
  if (data.majority) text += fmt::format("majority      {:.1f} %\n", 100 * *data.majority);
  if (data.bag_of_words) text += fmt::format("bag of words  {:.1f} %\n", 100 * *data.bag_of_words);
  return text;
}

}  // namespace apps::samples
