#include "bert/metrics/classification.h"
#include "bert/metrics/ranking.h"
#include "bert/tasks/text_data.h"

namespace bertlet::tasks {

namespace {

class ClassData : public TextData {
 public:
  ClassData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const TextOptions& options,
            std::optional<Labels>& labels)
      : TextData(file, tokenizer, options), labels_(known_or_seen(labels, [&] { return seen(); })) {
    if (options.bad_rows == BadRows::collected) return;  // a file to predict: labels are kept as they are
    for (std::size_t i = 0; labelled() && i < items_.size(); ++i)
      items_[i].labels = {labels_.id(rows().rows[i].label, rows().place(rows().rows[i]))};
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    const metrics::Confusion confusion = this->confusion(outputs, examples);
    const std::vector<metrics::Counts> counts = metrics::label_counts(confusion);
    const metrics::Averages averages = metrics::averages(counts);
    train::Measures to = {{"accuracy", metrics::accuracy(confusion)},
                          {"macro_f1", averages.macro.f1},
                          {"weighted_f1", averages.weighted.f1},
                          {"mcc", metrics::matthews(confusion)},
                          {"auc", auc(outputs, examples)}};
    if (labels_.size() == 2) {
      const metrics::Scores positive = metrics::scores(counts[1]);
      to.insert(to.end(), {{"precision", positive.precision}, {"recall", positive.recall}, {"f1", positive.f1}});
    }
    return to;
  }

  std::vector<Output> baseline() const override {
    std::vector<real> counts(static_cast<std::size_t>(labels_.size()));
    for (const Item& item : items_) counts[static_cast<std::size_t>(item.labels[0])] += 1;
    return std::vector<Output>(items_.size(), Output{.scores = counts});
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const Output& output = outputs[static_cast<std::size_t>(i)];
      Record& record = to.emplace_back(this->record(i));
      record["prediction"] = labels_.name(output.best());
      const std::vector<double> probabilities = output.probabilities();
      for (std::size_t label = 0; label < probabilities.size(); ++label)
        record["p(" + labels_.names()[label] + ")"] = probabilities[label];
    }
    return to;
  }

  std::string details(std::span<const Output> outputs) const override {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < examples(); ++i) all.push_back(i);
    const metrics::Confusion confusion = this->confusion(outputs, all);
    return metrics::scores_text(confusion, labels_.names()) + "\n" + metrics::matrix_text(confusion, labels_.names());
  }

  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const Output& output = outputs[static_cast<std::size_t>(i)];
      if (output.best() == gold(i)) continue;
      const double confidence = output.probabilities()[static_cast<std::size_t>(output.best())];
      all.push_back(
          wrong_row(i, {{"is", row(i).label}, {"said", labels_.name(output.best())}}, "confidence", confidence));
    }
    return all;
  }

 private:
  std::vector<std::string> seen() const {
    std::vector<std::string> seen;
    for (const Example& row : rows().rows) seen.push_back(row.label);
    return seen;
  }

  std::int64_t gold(std::int64_t i) const { return items_[static_cast<std::size_t>(i)].labels[0]; }

  metrics::Confusion confusion(std::span<const Output> outputs, std::span<const std::int64_t> examples) const {
    std::vector<std::int64_t> is, said;
    for (const std::int64_t i : examples) {
      is.push_back(gold(i));
      said.push_back(outputs[static_cast<std::size_t>(i)].best());
    }
    return {is, said, labels_.size()};
  }

  // Of two classes by the second one's probability, of several each against the rest.
  double auc(std::span<const Output> outputs, std::span<const std::int64_t> examples) const {
    std::vector<std::int64_t> is;
    std::vector<double> scores;
    for (const std::int64_t i : examples) {
      is.push_back(gold(i));
      const std::vector<double> all = outputs[static_cast<std::size_t>(i)].probabilities();
      scores.insert(scores.end(), labels_.size() == 2 ? all.end() - 1 : all.begin(), all.end());
    }
    return labels_.size() == 2 ? metrics::roc_auc(is, scores) : metrics::roc_auc(is, scores, labels_.size());
  }

  Labels labels_;
};

}  // namespace

std::unique_ptr<Data> class_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                 const TextOptions& options, std::optional<Labels>& labels) {
  return std::make_unique<ClassData>(file, tokenizer, options, labels);
}

}  // namespace bertlet::tasks
