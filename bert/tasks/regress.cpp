// A number for each text or pair.
#include <fmt/format.h>

#include <cmath>

#include "bert/metrics/correlation.h"
#include "bert/tasks/text_task.h"

namespace bertlet::tasks {

namespace {

double number(const Output& output) { return static_cast<double>(output.scores[0]); }

class NumbersMeant : public Meaning {
 public:
  std::vector<std::string> labels_of(const Example&) const override { return {}; }

  void mark(Item& item, const Example& row, const std::string& place, const Task&) const override {
    item.values = {static_cast<real>(number_of(row.label, place))};
  }

  Measuring measuring(const Task&, const Data& data, Outputs outputs) const override {
    return [&data, outputs](Chosen chosen) -> metrics::Measures {
      std::vector<double> is, said;
      for (const int64_t i : chosen) {
        is.push_back(gold(data, i));
        said.push_back(number(outputs[to_size(i)]));
      }
      return {{"spearman", metrics::spearman(is, said)},
              {"pearson", metrics::pearson(is, said)},
              {"mean_squared_error", metrics::mean_squared_error(is, said), metrics::Better::smaller},
              {"mean_absolute_error", metrics::mean_absolute_error(is, said), metrics::Better::smaller}};
    };
  }

  // Always the mean.
  std::vector<Output> baseline(const Task&, const Data& data) const override {
    real sum = 0;
    for (const Item& item : data.items) sum += item.values[0];
    return std::vector<Output>(data.items.size(), Output{.scores = {sum / static_cast<real>(data.items.size())}});
  }

  // No number is exactly right.
  Verdict verdict(const Task&, const Data& data, int64_t i, const Output& output) const override {
    return {.facts = {{"is", data.row(i).label}, {"said", fmt::format("{:.3f}", number(output))}},
            .scale = "error",
            .degree = std::abs(gold(data, i) - number(output))};
  }

  Record said(const Task&, const Output& output) const override { return number(output); }
  Shares shares(const Task&, const Output&) const override { return {}; }
  std::string shown(const Task&, const Output& output) const override {
    return fmt::format("{:.4f}\n", number(output));
  }
  Record pipeline(const Task& task, const Output& output) const override {
    return Record::array({{{"label", task.labels ? task.labels->name(0) : "LABEL_0"}, {"score", number(output)}}});
  }

 private:
  static double gold(const Data& data, int64_t i) { return static_cast<double>(data.items[to_size(i)].values[0]); }
};

}  // namespace

const Meaning& numbers() {
  static const NumbersMeant meaning;
  return meaning;
}

std::unique_ptr<Task> regress() {
  return std::make_unique<SentenceTask>("regress", "A number for each text or pair", Content::text_or_pair,
                                        bert::Problem::regression);
}

}  // namespace bertlet::tasks
