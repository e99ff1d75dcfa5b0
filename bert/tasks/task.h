#pragma once
#include "bert/metrics/classification.h"
#include "bert/metrics/measure.h"
#include "bert/options/option.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/item.h"
#include "bert/tasks/tables/data_report.h"
#include "bert/tasks/tables/labels.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "core/real.h"

// A task is a class in a file of its own: how examples become what a model is shown, which network learns it, what its
// outputs mean, how they are measured, and its options. Training, evaluation, prediction, distillation and the report
// on data are written once, for all tasks.
//
//   const std::unique_ptr<Task> task = make_task("classify");
//   Examples examples = read_examples("train.tsv", {.content = task->content()});
//   task->learn_labels(examples);
//   const std::unique_ptr<Data> data = task->data(std::move(examples), tokenizer, Use::training);
//   const std::unique_ptr<bert::Network> network = task->network(config);
namespace bertlet::tasks {

using Record = io::Json;  // what is said of an example, by column

// Examples and what a model is shown of them. The task that made it may keep more in it.
struct Data {
  Examples examples = {};
  std::vector<Item> items = {};                // in the order of the examples: one of each, several or none
  const text::Tokenizer* tokenizer = nullptr;  // lives longer

  Data() = default;
  Data(Examples from, const text::Tokenizer& with) : examples(std::move(from)), tokenizer(&with) {}
  virtual ~Data() = default;
  const Example& row(int64_t i) const { return examples.rows[to_size(i)]; }
  int64_t size() const { return std::ssize(examples.rows); }
};

// What a model said of an example, beside what is so.
struct Verdict {
  std::optional<bool> right = {};  // nothing: it is more or less right
  std::string place = {}, text = {};
  Record facts = {};       // what is so and what was said: strings, or lists of them
  std::string scale = {};  // what `degree` is: confidence, error, wrong_entities
  double degree = 0;       // how wrong, or of what is right how sure
};

using Outputs = std::span<const Output>;                            // of the items
using Chosen = std::span<const int64_t>;                            // examples, a number as often as it counts
using Measuring = std::function<metrics::Measures(Chosen chosen)>;  // what all choices share is done once

struct PipelineOptions {
  int64_t top_k = 0;                   // answers, candidates; 0: the usual number
  std::string aggregation = "simple";  // of tags into names: none simple first average max
};

enum class ClassLoss { none, plain, weighted };  // cross-entropy over classes; weighted: rare ones may count more

class Task {
 public:
  virtual ~Task() = default;

  // --- what it is ---------------------------------------------------------------------------------------------------

  struct Facts {
    std::string name, what;                  // what: in a line, for people
    std::string about = {};                  // more, for --help
    std::string architecture = "BertModel";  // Hugging Face's name of a model with the plain head
  };
  virtual Facts facts() const = 0;
  virtual Content content() const = 0;
  virtual ClassLoss class_loss() const { return ClassLoss::none; }
  virtual bool has_named_classes() const { return false; }
  virtual bool has_numbers() const { return false; }  // as labels
  virtual std::string cannot_teach() const;  // why a student cannot learn from its class_scores(); empty: it can

  // --- its options --------------------------------------------------------------------------------------------------

  std::optional<int64_t> max_length = {};  // of a sequence, with [CLS] and [SEP]
  ColumnChoice columns = {};
  double smoothing = 0;  // of classes
  bool balanced = false;
  text::Keep keep = text::Keep::ids;  // of what data() makes: with offsets, items know where their tokens stand

  void visit(const options::Visitor& f);              // all that makes a model besides its weights: task.json
  void visit_columns(const options::Visitor& f);      // of these,
  virtual void visit_use(const options::Visitor&) {}  // and these may be said anew when the model is used
  void visit_loss(const options::Visitor& f);         // what matters in training alone
  virtual void check() const {}                       // an error if options contradict each other

  // --- labels -------------------------------------------------------------------------------------------------------

  std::optional<Labels> labels = {};  // the names of its classes

  virtual std::vector<std::string> labels_of(const Example& row) const;  // of one example
  virtual void learn_labels(const Examples& examples);                   // where there are none yet

  // A model that says no more than its config: whether it is one of this task, and its labels.
  virtual bool fits(const bert::Config&) const { return true; }
  virtual void take(const bert::Config& config);

  // --- from examples to a loss --------------------------------------------------------------------------------------

  virtual int64_t length(const Example& row, const text::Tokenizer& tokenizer) const;  // of its longest sequence
  virtual std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const = 0;
  virtual std::vector<Item> drawn(const Data& data, ItemSpan batch, const Rng& rng) const;  // as shown this time alone

  virtual std::unique_ptr<bert::Network> network(bert::Config config) const;  // with the architecture's plain head
  virtual bert::Wanted wanted(ItemSpan items) const { return wanted_of(items); }
  virtual double weight(const Scores& scores) const;  // how many things a loss is the mean of
  virtual Tensor class_scores(const Scores& scores) const { return scores.scored.scores; }  // [things, classes], if any

  // --- what outputs mean --------------------------------------------------------------------------------------------

  virtual std::vector<Output> outputs(const bert::Network&, const Scores& scores, ItemSpan) const {
    return rows_of(scores.scored.scores);
  }
  virtual Measuring measuring(const Data& data, Outputs outputs) const = 0;  // the first measure is the task's own
  virtual std::vector<Output> baseline(
      const Data& data) const = 0;  // of a model that knows only how frequent labels are
  virtual std::string details(const Data&, Outputs) const { return {}; }  // for people, beyond measures
  virtual Verdict verdict(const Data& data, int64_t i, Outputs outputs) const = 0;
  virtual void settle(const metrics::Measures&) {}  // what measuring a trained model tells, such as a threshold

  virtual Examples asked(const std::vector<std::string>& texts, const std::string& context,
                         const text::Tokenizer& tokenizer) const;                     // at the prompt
  virtual Record prediction(const Data& data, int64_t i, Outputs outputs) const = 0;  // for a file
  virtual std::string shown(const Data& data, int64_t i, Outputs outputs) const = 0;  // for people
  virtual Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions& options) const = 0;

 protected:
  virtual void visit_own(const options::Visitor&) {}

  // A config as transformers must be told; a head that it does not know has no architecture there.
  bert::Config named(bert::Config config, bool is_plain, bert::Problem problem = bert::Problem::inferred) const;
};

// Each in a file of its own.
using MakeTask = std::unique_ptr<Task>();
MakeTask classify, pair, multilabel, regress, ner, qa, choice, siamese, next_sentence, mlm, causal;

std::unique_ptr<Task> make_task(const std::string& name);
const std::vector<std::string>& task_names();
std::unique_ptr<Task> task_for(const bert::Config& config);  // of a model that transformers saved; null: none is known

// The columns that a table with such examples has.
void visit(ColumnChoice& columns, Content content, const options::Visitor& f);

int64_t tokens_of(std::string_view text, const text::Tokenizer& tokenizer);  // how many

// What a report on data and a choice of rows must know of a task.
LabelsOf labels_by(const Task& task);
DataReportOptions report_options(const Task& task, const text::Tokenizer& tokenizer);

// --- what tasks share -----------------------------------------------------------------------------------------------

metrics::Measures measures(const Task& task, const Data& data, Outputs outputs);
std::vector<int64_t> all_examples(const Data& data);               // all examples, chosen once
Outputs outputs_of(const Data& data, int64_t i, Outputs outputs);  // those of an example's items
int64_t first_item(const Data& data, int64_t i);
Record record_of(const Data& data, int64_t i);  // line, texts, label and other columns
std::string place_of(const Data& data, int64_t i);

// Of one class of several for each example: what was said for what, and what knowing only their frequencies says.
metrics::Confusion confusion_of(const Data& data, Outputs outputs, Chosen chosen, int64_t classes);
std::vector<Output> frequent_classes(const Data& data, int64_t classes);

// A class and how likely it is.
struct Share {
  std::string name;
  double share;
};
using Shares = std::vector<Share>;
Shares shares_of(const std::vector<std::string>& names, const std::vector<double>& shares);
std::string shares_shown(Shares shares);  // the likeliest first, a line with a bar each
Record shares_record(Shares shares);      // as pipelines have them

}  // namespace bertlet::tasks
