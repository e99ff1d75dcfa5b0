#include "bert/tasks/tables/data_report.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "bert/tasks/tables/labels.h"
#include "core/parallel.h"

namespace bertlet::tasks {

namespace {

// Where a warning begins.
constexpr double many_truncated = 0.05, many_unknown = 0.01, many_duplicates = 0.05, much_of_one = 0.8;
constexpr std::int64_t few_rows = 100, few_of_a_label = 10;
constexpr std::size_t lines_shown = 3, labels_shown = 20;

using TextPair = std::pair<std::string_view, std::string_view>;

TextPair texts_of(const Example& row) { return {row.text, row.text_b}; }

void count_rows(const Examples& examples, DataReport& report) {
  report.rows = std::ssize(examples.rows);
  report.unreadable = std::ssize(examples.bad_rows);
  const bool pairs = !examples.columns.text_b.empty();
  report.empty = std::ranges::count_if(
      examples.rows, [&](const Example& row) { return is_blank(row.text) || (pairs && is_blank(row.text_b)); });
}

void count_repeats(const Examples& examples, std::size_t shown, DataReport& report) {
  std::map<TextPair, std::vector<const Example*>> groups;
  for (const Example& row : examples.rows) groups[texts_of(row)].push_back(&row);
  for (const auto& [texts, rows] : groups) {
    if (rows.size() == 1) continue;
    report.duplicates += std::ssize(rows) - 1;
    report.contradictions +=
        std::ranges::count_if(rows, [&first = *rows.front()](const Example* row) { return row->label != first.label; });
    Repeated repeated{.text = std::string(texts.first), .count = std::ssize(rows)};
    for (std::size_t i = 0; i < std::min(rows.size(), lines_shown); ++i) repeated.lines.push_back(rows[i]->line);
    report.most_repeated.push_back(std::move(repeated));
  }
  std::ranges::stable_sort(report.most_repeated, std::greater(), &Repeated::count);
  report.most_repeated.resize(std::min(report.most_repeated.size(), shown));
}

void count_labels(const Examples& examples, Labelling labelling, DataReport& report) {
  std::map<std::string, std::int64_t> counts;
  std::vector<std::string> seen;
  for (const Example& row : examples.rows)
    for (const std::string& label : labels_of(row, labelling))
      if (++counts[label] == 1) seen.push_back(label);
  if (seen.empty()) return;
  const Labels labels = Labels::of(seen);
  for (const std::string& label : labels.names()) report.labels.push_back({label, counts[label]});
}

void measure_numbers(const Examples& examples, DataReport& report) {
  if (!examples.labelled() || examples.rows.empty()) return;
  Numbers numbers{std::numeric_limits<double>::infinity(), 0, -std::numeric_limits<double>::infinity()};
  for (const Example& row : examples.rows) {
    const double value = number_of(row.label, examples.place(row));
    numbers.least = std::min(numbers.least, value);
    numbers.largest = std::max(numbers.largest, value);
    numbers.mean += value / static_cast<double>(examples.rows.size());
  }
  report.numbers = numbers;
}

std::int64_t quantile(const std::vector<std::int64_t>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(share * last + 0.5)];
}

// About ten bins of a round width.
std::vector<LengthBin> bins(const std::vector<std::int64_t>& sorted) {
  std::int64_t width = 1;
  for (std::int64_t factor = 2; sorted.back() / width >= 10; factor = factor == 2 ? 5 : 2)
    width = factor == 2 ? width * 2 : width / 2 * 5;
  std::vector<LengthBin> all;
  for (std::int64_t least = 0; least <= sorted.back(); least += width) all.push_back({.least = least});
  for (const std::int64_t length : sorted) ++all[static_cast<std::size_t>(length / width)].count;
  return all;
}

// What a row's tokens are.
struct Measured {
  std::int64_t length = 0, tokens = 0, unknown = 0;
};

Measured measured(const Example& row, const text::Tokenizer& tokenizer, const DataReportOptions& options) {
  const std::int64_t unknown = tokenizer.vocabulary().id(tokenizer.options().special.unknown);
  Measured to{.length = 1};  // [CLS], and a [SEP] for each text
  for (const std::string* text : {&row.text, &row.text_b}) {
    if (text == &row.text_b && text->empty()) continue;
    const text::Encoding encoding = tokenizer.encode(*text, {.keep = text::Keep::ids});
    to.length += encoding.size() - 1;
    to.tokens += encoding.size() - 2;
    to.unknown += std::ranges::count(encoding.ids, unknown);
  }
  if (options.length) to.length = options.length(row);
  return to;
}

void measure(const Examples& examples, const text::Tokenizer& tokenizer, const DataReportOptions& options,
             DataReport& report) {
  if (examples.rows.empty()) return;
  std::vector<Measured> all(examples.rows.size());
  parallel_for(std::ssize(all), 16, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      all[i] = measured(examples.rows[i], tokenizer, options);
  });
  std::vector<std::int64_t> lengths;
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
  report.truncated = std::ranges::count_if(lengths, [&](std::int64_t length) { return length > report.max_length; });
}

double ratio(std::int64_t part, std::int64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

std::int64_t all_labels(const DataReport& report) {
  std::int64_t all = 0;
  for (const LabelCount& label : report.labels) all += label.count;
  return all;
}

std::string labels_text(const DataReport& report) {
  std::string text;
  for (std::size_t i = 0; i < std::min(labels_shown, report.labels.size()); ++i) {
    const auto& [label, count] = report.labels[i];
    text += fmt::format("  {:<15}{:>8}  {}\n", label, count, percent(ratio(count, all_labels(report))));
  }
  if (report.labels.size() > labels_shown)
    text += fmt::format("  and {} other labels\n", report.labels.size() - labels_shown);
  return text;
}

}  // namespace

double DataReport::majority() const {
  std::int64_t most = 0;
  for (const LabelCount& label : labels) most = std::max(most, label.count);
  return ratio(most, all_labels(*this));
}

double DataReport::share(std::int64_t rows_of_it) const { return ratio(rows_of_it, rows); }
double DataReport::unknown_rate() const { return ratio(unknown, tokens); }
std::int64_t DataReport::suggested_length() const { return (long_one + 7) / 8 * 8; }

std::vector<std::string> DataReport::warnings() const {
  std::vector<std::string> texts;
  const auto warn_if = [&](bool odd, std::string text) {
    if (odd) texts.push_back(std::move(text));
  };
  warn_if(rows < few_rows, fmt::format("{} rows: a model will learn them by heart", rows));
  warn_if(majority() > much_of_one, fmt::format("{} of the labels are the same", percent(majority())));
  for (const LabelCount& label : labels)
    warn_if(label.count < few_of_a_label, fmt::format("the label '{}' has {} rows", label.label, label.count));
  warn_if(share(duplicates) > many_duplicates, fmt::format("{} rows stood there before", duplicates));
  warn_if(contradictions > 0, fmt::format("{} rows have another label than an equal row before", contradictions));
  warn_if(empty > 0, fmt::format("{} rows have no text", empty));
  warn_if(unreadable > 0, fmt::format("{} rows cannot be read", unreadable));
  warn_if(share(truncated) > many_truncated, fmt::format("{} rows are longer than {} tokens", truncated, max_length));
  warn_if(unknown_rate() > many_unknown,
          fmt::format("{} of the tokens are unknown: is it this text's vocabulary?", percent(unknown_rate())));
  warn_if(in_train.value_or(0) > 0, fmt::format("{} rows stand in the training file, too", in_train.value_or(0)));
  return texts;
}

DataReport data_report(const Examples& examples, const text::Tokenizer& tokenizer, const DataReportOptions& options) {
  DataReport report{.file = examples.file, .columns = examples.columns, .max_length = options.max_length};
  count_rows(examples, report);
  count_repeats(examples, options.shown, report);
  if (options.labelling == Labelling::number)
    measure_numbers(examples, report);
  else
    count_labels(examples, options.labelling, report);
  measure(examples, tokenizer, options, report);
  return report;
}

std::int64_t leaked(const Examples& train, const Examples& dev) {
  std::set<TextPair> known;
  for (const Example& row : train.rows) known.insert(texts_of(row));
  return std::ranges::count_if(dev.rows, [&](const Example& row) { return known.contains(texts_of(row)); });
}

std::string text_of(const DataReport& report) {
  const auto rows = [&](std::int64_t count) { return fmt::format("{}, {}", count, percent(report.share(count))); };
  std::vector<std::pair<const char*, std::string>> lines = {
      {"file", report.file},
      {"columns", text_of(report.columns)},
      {"rows", fmt::format("{}, {} empty, {} unreadable", report.rows, report.empty, report.unreadable)},
      {"length", fmt::format("{} to {} tokens, median {}; 95 % have at most {}: --max-length {}", report.shortest,
                             report.longest, report.median, report.long_one, report.suggested_length())},
      {"truncated", fmt::format("{} at {} tokens", rows(report.truncated), report.max_length)},
      {"unknown", fmt::format("{}, {}", report.unknown, percent(report.unknown_rate()))},
      {"duplicates", fmt::format("{}, {} of them with another label", rows(report.duplicates), report.contradictions)}};
  if (report.in_train) lines.emplace_back("in train", rows(*report.in_train));
  if (!report.labels.empty()) lines.emplace_back("majority", percent(report.majority()));
  if (report.numbers)
    lines.emplace_back("labels", fmt::format("{:.4g} to {:.4g}, mean {:.4g}", report.numbers->least,
                                             report.numbers->largest, report.numbers->mean));
  std::string text;
  for (const auto& [what, value] : lines) text += fmt::format("{:<17}{}\n", what, value);
  text += labels_text(report);
  for (const Repeated& repeated : report.most_repeated)
    text += fmt::format("{} times: '{}', first in lines {}\n", repeated.count, repeated.text,
                        fmt::join(repeated.lines, ", "));
  for (const std::string& warning : report.warnings()) text += "warning: " + warning + '\n';
  return text;
}

io::Json json_of(const DataReport& report) {
  io::Json labels = io::Json::array(), lengths = io::Json::array(), repeated = io::Json::array();
  for (const LabelCount& label : report.labels) labels.push_back({{"label", label.label}, {"rows", label.count}});
  for (const LengthBin& bin : report.lengths) lengths.push_back({{"from", bin.least}, {"rows", bin.count}});
  for (const Repeated& item : report.most_repeated)
    repeated.push_back({{"text", item.text}, {"rows", item.count}, {"lines", item.lines}});
  io::Json json = {{"file", report.file},
                   {"columns", text_of(report.columns)},
                   {"rows", report.rows},
                   {"empty", report.empty},
                   {"unreadable", report.unreadable},
                   {"duplicates", report.duplicates},
                   {"contradictions", report.contradictions},
                   {"most_repeated", repeated},
                   {"labels", labels},
                   {"majority", report.majority()},
                   {"shortest", report.shortest},
                   {"median", report.median},
                   {"length_95", report.long_one},
                   {"longest", report.longest},
                   {"suggested_length", report.suggested_length()},
                   {"lengths", lengths},
                   {"max_length", report.max_length},
                   {"truncated", report.truncated},
                   {"tokens", report.tokens},
                   {"unknown_rate", report.unknown_rate()},
                   {"warnings", report.warnings()}};
  if (report.in_train) json["in_train"] = *report.in_train;
  if (report.numbers)
    json["numbers"] = {
        {"least", report.numbers->least}, {"mean", report.numbers->mean}, {"largest", report.numbers->largest}};
  return json;
}

io::Json histograms(const DataReport& report) {
  io::Json bins = io::Json::array(), bars = io::Json::array();
  for (std::size_t i = 0; i < report.lengths.size(); ++i) {
    const std::int64_t width = report.lengths.size() > 1 ? report.lengths[1].least : 1;
    bins.push_back({report.lengths[i].least, report.lengths[i].least + width, report.lengths[i].count});
  }
  for (std::size_t i = 0; i < std::min(labels_shown, report.labels.size()); ++i)
    bars.push_back({report.labels[i].label, report.labels[i].count});
  io::Json json = io::Json::object();
  if (!bins.empty()) json["length in tokens"]["bins"] = bins;
  if (!bars.empty()) json["labels"]["bars"] = bars;
  return json;
}

}  // namespace bertlet::tasks
