#include <cmath>

#include "bert/metrics/multilabel.h"
#include "bert/tasks/tables/objects.h"
#include "bert/tasks/text_data.h"
#include "core/joined.h"

namespace bertlet::tasks {

namespace {

class MultilabelData : public TextData {
 public:
  MultilabelData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const TextOptions& options,
                 std::optional<Labels>& labels)
      : TextData(file, tokenizer, options), labels_(known_or_seen(labels, [&] { return seen(); })) {
    if (options.bad_rows == BadRows::collected) return;  // a file to predict: labels are kept as they are
    for (std::size_t i = 0; labelled() && i < items_.size(); ++i) {
      const Example& row = rows().rows[i];
      items_[i].values.resize(static_cast<std::size_t>(labels_.size()));
      for (const std::string& label : values_of(row.label))
        items_[i].values[static_cast<std::size_t>(labels_.id(label, rows().place(row)))] = 1;
    }
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    std::vector<std::int64_t> is, said;
    for (const std::int64_t i : examples)
      for (std::size_t label = 0; label < static_cast<std::size_t>(labels_.size()); ++label) {
        is.push_back(items_[static_cast<std::size_t>(i)].values[label] > 0);
        said.push_back(outputs[static_cast<std::size_t>(i)].scores[label] > 0);
      }
    const metrics::Multilabel result = metrics::multilabel(is, said, labels_.size());
    const metrics::Averages averages = metrics::averages(result.counts);
    return {{"micro_f1", averages.micro.f1},
            {"macro_f1", averages.macro.f1},
            {"subset_accuracy", result.subset_accuracy},
            {"hamming_loss", result.hamming_loss}};
  }

  // The labels that half of the examples have.
  std::vector<Output> baseline() const override {
    std::vector<real> scores(static_cast<std::size_t>(labels_.size()), -static_cast<real>(items_.size()) / 2);
    for (const Item& item : items_)
      for (std::size_t label = 0; label < scores.size(); ++label) scores[label] += item.values[label];
    return std::vector<Output>(items_.size(), Output{.scores = scores});
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::int64_t i = 0; i < examples(); ++i) {
      Record& record = to.emplace_back(this->record(i));
      const std::vector<real>& scores = outputs[static_cast<std::size_t>(i)].scores;
      std::vector<std::string> holds;
      for (std::size_t label = 0; label < scores.size(); ++label)
        if (scores[label] > 0) holds.push_back(labels_.names()[label]);
      record["prediction"] = joined(holds, ",");
      for (std::size_t label = 0; label < scores.size(); ++label)
        record["p(" + labels_.names()[label] + ")"] = probability(scores[label]);
    }
    return to;
  }

  // The confidence is that of the wrong label which is surest.
  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      std::vector<std::string> missing, too_many;
      double confidence = 0;
      for (std::size_t label = 0; label < static_cast<std::size_t>(labels_.size()); ++label) {
        const bool is = items_[static_cast<std::size_t>(i)].values[label] > 0;
        const real score = outputs[static_cast<std::size_t>(i)].scores[label];
        if (is == (score > 0)) continue;
        (is ? missing : too_many).push_back(labels_.names()[label]);
        confidence = std::max(confidence, probability(is ? -score : score));
      }
      if (!missing.empty() || !too_many.empty())
        all.push_back(wrong_row(i, {{"missing", missing}, {"too_many", too_many}}, "confidence", confidence));
    }
    return all;
  }

 private:
  static double probability(real score) { return 1 / (1 + std::exp(-static_cast<double>(score))); }

  std::vector<std::string> seen() const {
    std::vector<std::string> seen;
    for (const Example& row : rows().rows)
      for (std::string& label : values_of(row.label)) seen.push_back(std::move(label));
    return seen;
  }

  Labels labels_;
};

}  // namespace

std::unique_ptr<Data> multilabel_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                      const TextOptions& options, std::optional<Labels>& labels) {
  return std::make_unique<MultilabelData>(file, tokenizer, options, labels);
}

}  // namespace bertlet::tasks
