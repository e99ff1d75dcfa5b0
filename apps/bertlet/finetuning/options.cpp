#include "apps/bertlet/finetuning/options.h"

#include <algorithm>

#include "apps/bertlet/finetuning/numbers.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace tasks = bertlet::tasks;
namespace train = bertlet::train;

bool is_for(const FinetuneOptions& options, std::initializer_list<std::string_view> tasks) {
  return std::ranges::find(tasks, options.setup.task) != tasks.end();
}

void add_options(Command& command, FinetuneOptions& options) {
  const bool distills = is_for(options, {"distill"});
  if (distills) add_distill_options(command, options.distill);
  command.text("--model", "DIR", options.model,
               distills ? "A student that is no part of its teacher: a directory, or a size"
                        : "A model's directory, or a size: tiny mini small medium base large",
               distills ? Needed::no : Needed::yes);
  command.text("--train", "F", options.train, "The examples to learn from", Needed::yes);
  command.text("--dev", "F", options.dev, "Examples to measure on: the best model is the one that is best on them");
  command.number("--held-out", options.held_out, "The share of --train that is, without --dev; as much of each class",
                 {0, 0.9});
  add_run_options(command, options.run);
  command.text("--max-length", "N", options.max_length,
               distills ? "Tokens of a sequence; auto: as many as the teacher was shown"
                        : "Tokens of a sequence; auto: 95 % are no longer");
  if (!distills) command.number("--vocab-size", options.vocab_size, "Of a vocabulary that is made", {10});
}

void add_data_options(Command& command, FinetuneOptions& options) {
  command.flag("--drop-duplicates", options.selection.cleaning.duplicates, "Rows of --train that stood there before");
  command.flag("--drop-long", options.drop_long, "Rows of --train longer than --max-length");
  tasks::DataOptions& to = options.setup.data;
  if (is_for(options, {"classify", "pair", "multilabel", "ner", "siamese"}))
    command.text("--labels", "F", options.labels,
                 "label.txt, a label a line in their order; otherwise those of --train");
  if (!is_for(options, {"ner", "qa"})) {
    command.text("--text", "COLUMN", to.columns.text, "A column, by name or number");
    if (!is_for(options, {"mlm"})) command.text("--label", "COLUMN", to.columns.label, "That of the label");
  }
  if (is_for(options, {"pair", "regress", "siamese", "choice", "distill"}))
    command.text("--text-b", "COLUMN", to.columns.text_b, "That of a pair's second text");
  if (is_for(options, {"classify", "pair", "multilabel", "regress", "siamese"}))
    command.one_of("--part", "PART", options.part, {"head", "tail", "head-and-tail"}, "What is seen of longer texts");
  if (is_for(options, {"classify", "multilabel", "regress"})) {
    command.flag("--windows", to.windows, "All of longer texts is seen, in windows");
    command.number("--stride", to.stride, "Tokens that windows share", {0});
  }
  if (is_for(options, {"qa"})) command.number("--stride", to.stride, "From the beginning of a window to the next");
  if (is_for(options, {"mlm"})) {
    command.number("--mask-rate", options.setup.mask_rate, "Of the tokens, how many are hidden", {0.001, 1});
    command.flag("--whole-words", options.setup.whole_words, "All pieces of a word are hidden, or none");
  }
}

void add_head_options(Command& command, FinetuneOptions& options) {
  bert::TopOptions& top = options.setup.top;
  const bool texts = is_for(options, {"classify", "pair", "multilabel", "regress"}), words = is_for(options, {"ner"});
  const bool siamese = is_for(options, {"siamese"});
  if (texts || words) {
    command.one_of("--head", "NAME", top.head_on_top, words ? bert::token_top_names() : bert::top_names(),
                   "What stands on the encoder");
    command.text("--layers", "WHICH", top.layers, "What the head looks at: last, mixed, or a layer's number");
  }
  if (texts || siamese)
    command.text("--pool", "NAME", top.pool,
                 "How a text becomes one vector: pooler cls mean max attention first-last …");
  if (words) command.flag("--crf", options.setup.crf, "The tags of a sentence are chosen together");
  if (siamese)
    command.one_of("--objective", "NAME", options.setup.objective, {"classes", "cosine", "ranking"}, "What is learned");
}

void add_training_options(Command& command, FinetuneOptions& options) {
  train::TrainerOptions& to = options.trainer;
  for (const FinetuneNumber& number : finetune_numbers())
    if (number.is_for(options.setup.task)) add_number(command, number, options);
  add_step_choices(command, to);
  if (is_for(options, {"classify", "pair", "ner", "siamese"}))
    command.flag("--balanced", options.balanced, "Rare classes weigh more");
  command.number("--evaluate-every", to.evaluate_every, "Steps; 0: after each epoch", {0});
  command.number("--save-every", to.save_every, "Steps from checkpoint to checkpoint; 0: after each epoch", {0});
  command.text("--best-by", "MEASURE", to.best_by, "What the best model is best in; otherwise the task's own");
  command.number("--average", options.average,
                 "The mean of so many last checkpoints is the best model, if it is better on --dev", {0, 1000});
  add_report_options(command, to);
}

void add_sweep_options(Command& command, FinetuneOptions& options) {
  command.number("--seeds", options.seeds, "So many runs from --seed on, and their mean and standard deviation");
  command.number("--folds", options.selection.folds,
                 "So many runs, each measured on another part of --train; 0: one run", {0, 1000});
  command.texts("--grid", "NAME=A,B", options.grid, "Runs with each of these values, such as lr=2e-5,5e-5 batch=16,32");
}

}  // namespace

void add_finetune_options(Command& command, FinetuneOptions& options) {
  add_options(command, options);
  add_data_options(command, options);
  add_head_options(command, options);
  add_training_options(command, options);
  add_sweep_options(command, options);
  command.common(options.common);
}

}  // namespace apps
