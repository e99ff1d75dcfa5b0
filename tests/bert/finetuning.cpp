#include "tests/bert/finetuning.h"

#include <sstream>

#include "bert/io/files/file.h"
#include "core/real.h"
#include "tests/catch.h"
#include "tests/scratch.h"

namespace fs = std::filesystem;
using namespace bertlet;
using namespace bertlet::tasks;

namespace finetuning {

const std::shared_ptr<text::Tokenizer>& small_tokenizer() {
  static const auto tokenizer = std::make_shared<text::Tokenizer>(text::Vocabulary(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "no", "yes", "cat", "dog", "bird", "sat", "ran"}));
  return tokenizer;
}

bert::Config small_config(double dropout) {
  return {.vocab_size = 12,
          .hidden_size = 16,
          .num_hidden_layers = 2,
          .num_attention_heads = 2,
          .intermediate_size = 24,
          .hidden_dropout_prob = dropout,
          .attention_probs_dropout_prob = dropout,
          .max_position_embeddings = 24,
          .initializer_range = 0.2};
}

void set(Task& task, const std::string& name, const std::string& value) {
  options::set(options::named(options::list_of(task), name), value);
}

std::unique_ptr<Task> task_with(const std::string& name, const Values& values, std::vector<std::string> labels) {
  std::unique_ptr<Task> task = make_task(name);
  for (const auto& [option, value] : values) set(*task, option, value);
  if (!labels.empty()) task->labels = Labels(std::move(labels));
  return task;
}

FineTuned small_model(std::shared_ptr<Task> task, double dropout, std::uint64_t seed) {
  FineTuned to{.task = std::move(task), .tokenizer = small_tokenizer()};
  to.network = to.task->network(small_config(dropout));
  bert::initialise(*to.network, seed);
  return to;
}

Datum read(const Task& task, const std::string& file, const std::string& bytes, Use use) {
  const Scratch scratch;
  const bool strict = use != Use::predicting;
  const ReadOptions options{.content = task.content(),
                            .label = strict ? LabelColumn::needed : LabelColumn::if_there,
                            .columns = task.columns,
                            .bad_rows = strict ? BadRows::refused : BadRows::collected};
  return task.data(read_examples(scratch.write(file, bytes), options), *small_tokenizer(), use);
}

std::string rows_of(int64_t count) {
  const std::vector<std::string> words = {"cat", "dog", "bird", "sat", "ran"};
  std::string rows = "label\ttext\n";
  for (int64_t i = 0; i < count; ++i) {
    const bool yes = i % 3 == 0, contrary = i == 0 || i == count - 1;
    rows += std::string(yes != contrary ? "yes" : "no") + "\t" + (yes ? "yes" : "no");
    for (int64_t word = 0; word < i * 5 % 11; ++word) rows += " " + words[to_size(i + word) % 5];
    rows += "\n";
  }
  return rows;
}

Datum read_rows(int64_t count, std::vector<std::string> labels) {
  return read(*task_with("classify", {}, std::move(labels)), "rows.tsv", rows_of(count));
}

std::vector<const Item*> all_of(const Data& data) {
  std::vector<const Item*> to;
  for (const Item& item : data.items) to.push_back(&item);
  return to;
}

double value_of(const metrics::Measures& measures, const std::string& name) {
  const metrics::Measure* found = metrics::find(measures, name);
  INFO("measure " << name);
  REQUIRE(found != nullptr);
  return found->value;
}

Lesson::Lesson(FineTuned who, Datum from, Datum on, const FineTuningOptions& options, FineTuning::Loss loss)
    : train(std::move(from)),
      dev(std::move(on)),
      model(std::move(who)),
      tuning(model, *train, dev.get(), options, std::move(loss)) {}

std::vector<std::vector<real>> values_of(const Parameters& parameters) {
  std::vector<std::vector<real>> to;
  for (const Parameter& parameter : parameters.list()) to.push_back(parameter.tensor.value().values());
  return to;
}

void check_resumed(const std::function<std::unique_ptr<Lesson>()>& begun) {
  const Scratch scratch;
  const std::unique_ptr<Lesson> whole = begun();
  train::train(whole->tuning, ten_steps(), {scratch.path() / "whole", train::IfThere::refuse});
  for (const int64_t stop : {1, 3, 4, 9}) {  // the third step ends an epoch
    CAPTURE(stop);
    const fs::path path = scratch.path() / std::to_string(stop);
    {
      const std::unique_ptr<Lesson> first = begun();
      int64_t steps = 0;
      const train::Listener listener{.on_step = [&](int64_t step) { steps = step; },
                                     .interrupted = [&] { return steps == stop; }};
      train::RunDirectory run(path, train::IfThere::refuse);
      run.describe({{"seed", 1}});
      CHECK(train::train(first->tuning, ten_steps(), run, listener) == train::Ending::interrupted);
    }
    const std::unique_ptr<Lesson> second = begun();
    CHECK(train::train(second->tuning, ten_steps(), {path, train::IfThere::resume}) == train::Ending::done);
    CHECK(values_of(second->parameters()) == values_of(whole->parameters()));
    for (const char* file :
         {"metrics.jsonl", "best/model.safetensors", "checkpoints/step-00000010/training.safetensors"})
      CHECK(io::read_file(path / file) == io::read_file(scratch.path() / "whole" / file));
  }
}

train::TrainerOptions ten_steps() {
  return {.steps = 10,
          .choice = {.lr = 1e-2},
          .warmup = 2,
          .log_every = 1,
          .evaluate_every = 3,
          .save_every = 4,
          .best_by = "accuracy"};
}

std::vector<io::Json> lines_of(const std::filesystem::path& run) {
  std::vector<io::Json> lines;
  std::istringstream text(io::read_file(run / "metrics.jsonl"));
  for (std::string line; std::getline(text, line);) lines.push_back(io::parse_json(line, "line").root().value());
  return lines;
}

}  // namespace finetuning
