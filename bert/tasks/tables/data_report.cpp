#include "bert/tasks/tables/data_report.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "bert/tasks/tables/labels.h"
#include "core/parallel.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t repeats_shown = 5, lines_shown = 3;

void count_repeats(const Examples& examples, DataReport& report) {
  std::map<const Example*, std::vector<const Example*>, ByTexts> groups;
  for (const Example& row : examples.rows) groups[&row].push_back(&row);
  for (const auto& [first, rows] : groups) {
    if (rows.size() == 1) continue;
    report.duplicates += std::ssize(rows) - 1;
    report.contradictions += std::ranges::count_if(
        rows, [&kept = *first](const Example* row) { return row->label != kept.label || row->labels != kept.labels; });
    Repeated repeated{.text = first->text, .count = std::ssize(rows)};
    for (std::size_t i = 0; i < std::min(rows.size(), lines_shown); ++i) repeated.lines.push_back(rows[i]->line);
    report.most_repeated.push_back(std::move(repeated));
  }
  std::ranges::stable_sort(report.most_repeated, std::greater(), &Repeated::count);
  report.most_repeated.resize(std::min(report.most_repeated.size(), repeats_shown));
}

void count_labels(const Examples& examples, const LabelsOf& labels_of, DataReport& report) {
  std::map<std::string, int64_t> counts;
  std::vector<std::string> seen;
  for (const Example& row : examples.rows)
    for (const std::string& label : labels_of(row))
      if (++counts[label] == 1) seen.push_back(label);
  if (seen.empty()) return;
  const Labels labels = Labels::of(seen);
  for (const std::string& label : labels.names()) report.labels.push_back({label, counts[label]});
}

void measure_numbers(const Examples& examples, DataReport& report) {
  if (!examples.labelled || examples.rows.empty()) return;
  Numbers numbers{std::numeric_limits<double>::infinity(), 0, -std::numeric_limits<double>::infinity()};
  for (const Example& row : examples.rows) {
    const double value = number_of(row.label, examples.place(row));
    numbers.least = std::min(numbers.least, value);
    numbers.largest = std::max(numbers.largest, value);
    numbers.mean += value / static_cast<double>(examples.rows.size());
  }
  report.numbers = numbers;
}

int64_t quantile(const std::vector<int64_t>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[to_size(share * last + 0.5)];
}

// About ten bins of a round width.
std::vector<LengthBin> bins(const std::vector<int64_t>& sorted) {
  int64_t width = 1;
  for (int64_t factor = 2; sorted.back() / width >= 10; factor = factor == 2 ? 5 : 2)
    width = factor == 2 ? width * 2 : width / 2 * 5;
  std::vector<LengthBin> all;
  for (int64_t least = 0; least <= sorted.back(); least += width) all.push_back({.least = least});
  for (const int64_t length : sorted) ++all[to_size(length / width)].count;
  return all;
}

// What a row's tokens are.
struct Measured {
  int64_t length = 0, tokens = 0, unknown = 0;
};

Measured measured(const Example& row, const text::Tokenizer& tokenizer, const DataReportOptions& options) {
  const int64_t unknown = tokenizer.vocabulary().id(tokenizer.options().special.unknown);
  Measured to{.length = 1};  // [CLS], and a [SEP] for each text
  const auto add = [&](const std::string& text) {
    const text::Encoding encoding = tokenizer.encode(text, {.keep = text::Keep::ids});
    to.length += encoding.size() - 1;
    to.tokens += encoding.size() - 2;
    to.unknown += std::ranges::count(encoding.ids, unknown);
  };
  add(row.text);
  if (!row.text_b.empty()) add(row.text_b);
  if (row.places.empty()) std::ranges::for_each(row.parts, add);  // not the words of a sentence: each has a place
  if (options.length) to.length = options.length(row);
  return to;
}

void measure(const Examples& examples, const text::Tokenizer& tokenizer, const DataReportOptions& options,
             DataReport& report) {
  if (examples.rows.empty()) return;
  std::vector<Measured> all(examples.rows.size());
  parallel_each(std::ssize(all), 16,
                [&](int64_t i) { all[to_size(i)] = measured(examples.rows[to_size(i)], tokenizer, options); });
  std::vector<int64_t> lengths;
  for (const Measured& row : all) {
    lengths.push_back(row.length);
    report.tokens += row.tokens;
    report.unknown += row.unknown;
  }
  std::ranges::sort(lengths);
  report.shortest = lengths.front();
  report.median = quantile(lengths, 0.5);
  report.long_one = quantile(lengths, 0.95);
  report.longest = lengths.back();
  report.lengths = bins(lengths);
  if (options.fit) report.max_length = std::min(report.max_length, report.suggested_length());
  report.truncated = std::ranges::count_if(lengths, [&](int64_t length) { return length > report.max_length; });
}

}  // namespace

DataReport data_report(const Examples& examples, const text::Tokenizer& tokenizer, const DataReportOptions& options) {
  DataReport report{.file = examples.file,
                    .form = examples.form,
                    .rows = std::ssize(examples.rows),
                    .unreadable = std::ssize(examples.bad_rows),
                    .max_length = options.max_length};
  report.empty = std::ranges::count_if(examples.rows, [&](const Example& row) { return is_empty(row, examples); });
  count_repeats(examples, report);
  if (options.labels_of)
    count_labels(examples, options.labels_of, report);
  else
    measure_numbers(examples, report);
  measure(examples, tokenizer, options, report);
  return report;
}

int64_t leaked(const Examples& train, const Examples& dev) {
  std::set<const Example*, ByTexts> known;
  for (const Example& row : train.rows) known.insert(&row);
  return std::ranges::count_if(dev.rows, [&](const Example& row) { return known.contains(&row); });
}

}  // namespace bertlet::tasks
