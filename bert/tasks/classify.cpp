// A label for each text; and what scores of classes mean in every task that has one class of several.
#include "bert/metrics/classification.h"
#include "bert/metrics/ranking.h"
#include "bert/tasks/tasks.h"
#include "bert/tasks/text_task.h"
#include "core/nth.h"

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
      const metrics::Confusion confusion = confusion_of(task, data, outputs, chosen);
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
    std::vector<real> counts(nth(task.labels->size()));
    for (const Item& item : data.items) counts[nth(item.labels[0])] += 1;
    return std::vector<Output>(data.items.size(), Output{.scores = counts});
  }

  std::string details(const Task& task, const Data& data, Outputs outputs) const override {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < data.size(); ++i) all.push_back(i);
    const metrics::Confusion confusion = confusion_of(task, data, outputs, all);
    const std::vector<std::string>& names = task.labels->names();
    return metrics::scores_text(confusion, names) + "\n" + metrics::matrix_text(confusion, names);
  }

  Verdict verdict(const Task& task, const Data& data, std::int64_t i, const Output& output) const override {
    return {.right = output.best() == gold(data, i),
            .facts = {{"is", data.row(i).label}, {"said", task.labels->name(output.best())}},
            .scale = "confidence",
            .degree = output.probabilities()[nth(output.best())]};
  }

  void add_to(Record& record, const Task& task, const Output& output) const override {
    record["prediction"] = task.labels->name(output.best());
    const std::vector<double> probabilities = output.probabilities();
    for (std::size_t label = 0; label < probabilities.size(); ++label)
      record["p(" + task.labels->names()[label] + ")"] = probabilities[label];
  }

  std::string shown(const Task& task, const Output& output) const override {
    return shares_shown(task.labels->names(), output.probabilities());
  }

  Record pipeline(const Task& task, const Output& output) const override {
    return shares_record(task.labels->names(), output.probabilities());
  }

 private:
  static std::int64_t gold(const Data& data, std::int64_t i) { return data.items[nth(i)].labels[0]; }

  static metrics::Confusion confusion_of(const Task& task, const Data& data, Outputs outputs, Chosen chosen) {
    std::vector<std::int64_t> is, said;
    for (const std::int64_t i : chosen) {
      is.push_back(gold(data, i));
      said.push_back(outputs[nth(i)].best());
    }
    return {is, said, task.labels->size()};
  }

  // Of two classes by the second one's probability, of several each against the rest.
  static double auc(const Task& task, const Data& data, Outputs outputs, Chosen chosen) {
    const std::int64_t labels = task.labels->size();
    std::vector<std::int64_t> is;
    std::vector<double> scores;
    for (const std::int64_t i : chosen) {
      is.push_back(gold(data, i));
      const std::vector<double> all = outputs[nth(i)].probabilities();
      scores.insert(scores.end(), labels == 2 ? all.end() - 1 : all.begin(), all.end());
    }
    return labels == 2 ? metrics::roc_auc(is, scores) : metrics::roc_auc(is, scores, labels);
  }
};

// Texts or pairs in one sequence.
class Classify : public TextTask {
 public:
  Classify(Content content, std::string name, std::string what)
      : TextTask(content), name_(std::move(name)), what_(std::move(what)) {}

  Facts facts() const override { return {name_, what_, "", "BertForSequenceClassification"}; }
  ClassLoss class_loss() const override { return ClassLoss::weighted; }
  bool has_named_classes() const override { return true; }
  bool fits(const bert::Config& config) const override {
    return config.problem_type == bert::Problem::single_label ||
           (config.problem_type == bert::Problem::inferred && config.num_labels() > 1);
  }

  std::unique_ptr<bert::Network> network(bert::Config config) const override {
    return bert::sentence_network(named(std::move(config), has_plain_head(), bert::Problem::single_label), head_);
  }
  Tensor class_scores(const bert::Scored& scored, const bert::Wanted&) const override { return scored.scores; }

 private:
  std::string name_, what_;
};

}  // namespace

const Meaning& classes() {
  static const ClassesMeant meaning;
  return meaning;
}

std::unique_ptr<Task> classify() {
  return std::make_unique<Classify>(Content::text, "classify", "A label for each text");
}

std::unique_ptr<Task> pair() {
  return std::make_unique<Classify>(Content::pair, "pair", "A label for each pair of texts");
}

}  // namespace bertlet::tasks
