// A label for each text; and what scores of classes mean in every task that has one class of several.
#include "bert/metrics/classification.h"
#include "bert/tasks/text_task.h"

namespace bertlet::tasks {

namespace {

class ClassesMeant : public Meaning {
 public:
  std::vector<std::string> labels_of(const Example& row) const override { return {row.label}; }

  void mark(Item& item, const Example& row, const std::string& place, const Task& task) const override {
    item.labels = {task.labels->id(row.label, place)};
  }

  Measuring measuring(const Task& task, const Data& data, Outputs outputs) const override {
    return [&task, &data, outputs](Chosen chosen) {
      const metrics::Confusion confusion = confusion_of(data, outputs, chosen, task.labels->size());
      const std::vector<metrics::Counts> counts = metrics::label_counts(confusion);
      const metrics::Averages averages = metrics::averages(counts);
      metrics::Measures to = {{"accuracy", metrics::accuracy(confusion)},
                              {"macro_f1", averages.macro.f1},
                              {"weighted_f1", averages.weighted.f1},
                              {"mcc", metrics::matthews(confusion)},
                              {"auc", auc(task, data, outputs, chosen)}};
      if (task.labels->size() == 2) {
        const metrics::Scores positive = metrics::scores(counts[1]);
        to.insert(to.end(), {{"precision", positive.precision}, {"recall", positive.recall}, {"f1", positive.f1}});
      }
      return to;
    };
  }

  std::vector<Output> baseline(const Task& task, const Data& data) const override {
    return frequent_classes(data, task.labels->size());
  }

  std::string details(const Task& task, const Data& data, Outputs outputs) const override {
    const metrics::Confusion confusion = confusion_of(data, outputs, all_examples(data), task.labels->size());
    const std::vector<std::string>& names = task.labels->names();
    return metrics::scores_text(confusion, names) + "\n" + metrics::matrix_text(confusion, names);
  }

  Verdict verdict(const Task& task, const Data& data, int64_t i, const Output& output) const override {
    return {.right = output.best() == gold(data, i),
            .facts = {{"is", data.row(i).label}, {"said", task.labels->name(output.best())}},
            .scale = "confidence",
            .degree = output.probabilities()[to_size(output.best())]};
  }

  Record said(const Task& task, const Output& output) const override { return task.labels->name(output.best()); }
  Shares shares(const Task& task, const Output& output) const override {
    return shares_of(task.labels->names(), output.probabilities());
  }

 private:
  static int64_t gold(const Data& data, int64_t i) { return data.items[to_size(i)].labels[0]; }

  // Of two classes by the second one's probability, of several each against the rest.
  static double auc(const Task& task, const Data& data, Outputs outputs, Chosen chosen) {
    const int64_t labels = task.labels->size();
    std::vector<int64_t> is;
    std::vector<double> scores;
    for (const int64_t i : chosen) {
      is.push_back(gold(data, i));
      const std::vector<double> all = outputs[to_size(i)].probabilities();
      scores.insert(scores.end(), labels == 2 ? all.end() - 1 : all.begin(), all.end());
    }
    return labels == 2 ? metrics::roc_auc(is, scores) : metrics::roc_auc(is, scores, labels);
  }
};

}  // namespace

const Meaning& classes() {
  static const ClassesMeant meaning;
  return meaning;
}

std::unique_ptr<Task> classify() {
  return std::make_unique<SentenceTask>("classify", "A label for each text", Content::text,
                                        bert::Problem::single_label);
}

std::unique_ptr<Task> pair() {
  return std::make_unique<SentenceTask>("pair", "A label for each pair of texts", Content::pair,
                                        bert::Problem::single_label);
}

}  // namespace bertlet::tasks
