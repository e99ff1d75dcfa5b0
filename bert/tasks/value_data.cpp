#include <fmt/format.h>

#include <cmath>

#include "bert/metrics/correlation.h"
#include "bert/tasks/text_data.h"

namespace bertlet::tasks {

namespace {

class ValueData : public TextData {
 public:
  ValueData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const TextOptions& options)
      : TextData(file, tokenizer, options) {
    if (options.bad_rows == BadRows::collected) return;  // a file to predict: labels are kept as they are
    for (std::size_t i = 0; labelled() && i < items_.size(); ++i)
      items_[i].values = {static_cast<real>(number_of(rows().rows[i].label, rows().place(rows().rows[i])))};
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    std::vector<double> is, said;
    for (const std::int64_t i : examples) {
      is.push_back(static_cast<double>(items_[static_cast<std::size_t>(i)].values[0]));
      said.push_back(static_cast<double>(outputs[static_cast<std::size_t>(i)].scores[0]));
    }
    return {{"spearman", metrics::spearman(is, said)},
            {"pearson", metrics::pearson(is, said)},
            {"mean_squared_error", metrics::mean_squared_error(is, said)},
            {"mean_absolute_error", metrics::mean_absolute_error(is, said)}};
  }

  // Always the mean.
  std::vector<Output> baseline() const override {
    real sum = 0;
    for (const Item& item : items_) sum += item.values[0];
    return std::vector<Output>(items_.size(), Output{.scores = {sum / static_cast<real>(items_.size())}});
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::int64_t i = 0; i < examples(); ++i) {
      Record& record = to.emplace_back(this->record(i));
      record["prediction"] = static_cast<double>(outputs[static_cast<std::size_t>(i)].scores[0]);
    }
    return to;
  }

  // All of them, as no number is exactly right.
  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const auto is = static_cast<double>(items_[static_cast<std::size_t>(i)].values[0]);
      const auto said = static_cast<double>(outputs[static_cast<std::size_t>(i)].scores[0]);
      all.push_back(
          wrong_row(i, {{"is", row(i).label}, {"said", fmt::format("{:.3f}", said)}}, "error", std::abs(is - said)));
    }
    return all;
  }
};

}  // namespace

std::unique_ptr<Data> value_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                 const TextOptions& options) {
  return std::make_unique<ValueData>(file, tokenizer, options);
}

}  // namespace bertlet::tasks
