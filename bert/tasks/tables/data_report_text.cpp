#include <fmt/ranges.h>

#include <algorithm>

#include "bert/tasks/tables/data_report.h"

namespace bertlet::tasks {

namespace {

// Where a warning begins.
constexpr double many_truncated = 0.05, many_unknown = 0.01, many_duplicates = 0.05, much_of_one = 0.8;
constexpr int64_t few_rows = 100, few_of_a_label = 10;

double ratio(int64_t part, int64_t all) { return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all); }

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

int64_t all_labels(const DataReport& report) {
  int64_t all = 0;
  for (const LabelCount& label : report.labels) all += label.count;
  return all;
}

}  // namespace

double DataReport::majority() const {
  int64_t most = 0;
  for (const LabelCount& label : labels) most = std::max(most, label.count);
  return ratio(most, all_labels(*this));
}

double DataReport::share(int64_t rows_of_it) const { return ratio(rows_of_it, rows); }
double DataReport::unknown_rate() const { return ratio(unknown, tokens); }
int64_t DataReport::suggested_length() const { return (long_one + 7) / 8 * 8; }

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

std::string text_of(const DataReport& report) {
  const auto rows = [&](int64_t count) { return fmt::format("{}, {}", count, percent(report.share(count))); };
  std::vector<std::pair<const char*, std::string>> lines = {
      {"file", report.file},
      {"form", report.form},
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
  for (std::size_t i = 0; i < std::min(labels_shown, report.labels.size()); ++i) {
    const auto& [label, count] = report.labels[i];
    text += fmt::format("  {:<15}{:>8}  {}\n", label, count, percent(ratio(count, all_labels(report))));
  }
  if (report.labels.size() > labels_shown)
    text += fmt::format("  and {} other labels\n", report.labels.size() - labels_shown);
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
                   {"form", report.form},
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
    const int64_t width = report.lengths.size() > 1 ? report.lengths[1].least : 1;
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
