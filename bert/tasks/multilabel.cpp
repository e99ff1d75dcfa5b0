// Any number of labels for each text.
#include <algorithm>
#include <cmath>

#include "bert/metrics/classification.h"
#include "bert/tasks/text_task.h"
#include "core/names.h"

namespace bertlet::tasks {

namespace {

double sigmoid_of(real score) { return 1 / (1 + std::exp(-static_cast<double>(score))); }

class SetsMeant : public Meaning {
 public:
  std::vector<std::string> labels_of(const Example& row) const override { return label_list(row); }

  void mark(Item& item, const Example& row, const std::string& place, const Task& task) const override {
    item.values.resize(to_size(task.labels->size()));
    for (const std::string& label : values_of(row.label)) item.values[to_size(task.labels->id(label, place))] = 1;
  }

  Measuring measuring(const Task& task, const Data& data, Outputs outputs) const override {
    return [&task, &data, outputs](Chosen chosen) -> metrics::Measures {
      const auto labels = to_size(task.labels->size());
      std::vector<int64_t> is, said;
      for (const int64_t i : chosen)
        for (std::size_t label = 0; label < labels; ++label) {
          is.push_back(data.items[to_size(i)].values[label] > 0);
          said.push_back(outputs[to_size(i)].scores[label] > 0);
        }
      const metrics::Multilabel result = metrics::multilabel(is, said, task.labels->size());
      const metrics::Averages averages = metrics::averages(result.counts);
      return {{"micro_f1", averages.micro.f1},
              {"macro_f1", averages.macro.f1},
              {"subset_accuracy", result.subset_accuracy},
              {"hamming_loss", result.hamming_loss, metrics::Better::smaller}};
    };
  }

  // The labels that half of the examples have.
  std::vector<Output> baseline(const Task& task, const Data& data) const override {
    std::vector<real> scores(to_size(task.labels->size()), -static_cast<real>(data.items.size()) / 2);
    for (const Item& item : data.items)
      for (std::size_t label = 0; label < scores.size(); ++label) scores[label] += item.values[label];
    return std::vector<Output>(data.items.size(), Output{.scores = scores});
  }

  // The confidence is that of the wrong label which is surest; where all are right, of the least sure.
  Verdict verdict(const Task& task, const Data& data, int64_t i, const Output& output) const override {
    std::vector<std::string> missing, too_many;
    double wrong = 0, right = 1;
    for (std::size_t label = 0; label < output.scores.size(); ++label) {
      const bool is = data.items[to_size(i)].values[label] > 0, said = output.scores[label] > 0;
      const double sure = sigmoid_of(said ? output.scores[label] : -output.scores[label]);
      if (is == said) right = std::min(right, sure);
      if (is == said) continue;
      (is ? missing : too_many).push_back(task.labels->names()[label]);
      wrong = std::max(wrong, sure);
    }
    const bool is_right = missing.empty() && too_many.empty();
    return {.right = is_right,
            .facts = {{"missing", missing}, {"too_many", too_many}},
            .scale = "confidence",
            .degree = is_right ? right : wrong};
  }

  Record said(const Task& task, const Output& output) const override {
    std::vector<std::string> holds;
    for (std::size_t label = 0; label < output.scores.size(); ++label)
      if (output.scores[label] > 0) holds.push_back(task.labels->names()[label]);
    return joined(holds, ",");
  }
  Shares shares(const Task& task, const Output& output) const override {
    Shares to;
    for (const std::string& name : task.labels->names()) to.push_back({name, sigmoid_of(output.scores[to.size()])});
    return to;
  }
};

}  // namespace

const Meaning& sets() {
  static const SetsMeant meaning;
  return meaning;
}

std::unique_ptr<Task> multilabel() {
  return std::make_unique<SentenceTask>("multilabel", "Any number of labels for each text", Content::text,
                                        bert::Problem::multi_label);
}

}  // namespace bertlet::tasks
