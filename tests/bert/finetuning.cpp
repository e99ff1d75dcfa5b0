#include "tests/bert/finetuning.h"

#include <sstream>

#include "bert/io/file.h"
#include "bert/io/pretrained.h"
#include "tests/catch.h"
#include "tests/scratch.h"

namespace fs = std::filesystem;
using namespace bertlet;
using namespace bertlet::tasks;

namespace finetuning {

namespace {

std::string rows_of(std::int64_t count) {
  const std::vector<std::string> words = {"cat", "dog", "bird", "sat", "ran"};
  std::string rows = "label\ttext\n";
  for (std::int64_t i = 0; i < count; ++i) {
    const bool yes = i % 3 == 0, contrary = i == 0 || i == count - 1;
    rows += std::string(yes != contrary ? "yes" : "no") + "\t" + (yes ? "yes" : "no");
    for (std::int64_t word = 0; word < i * 5 % 11; ++word) rows += " " + words[static_cast<std::size_t>(i + word) % 5];
    rows += "\n";
  }
  return rows;
}

}  // namespace

text::Tokenizer small_tokenizer() {
  return text::Tokenizer(text::Vocabulary(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "no", "yes", "cat", "dog", "bird", "sat", "ran"}));
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

std::unique_ptr<Data> read_rows(std::int64_t count, std::vector<std::string> names) {
  const Scratch scratch;
  std::optional<Labels> labels = Labels(std::move(names));
  return class_data(scratch.write("rows.tsv", rows_of(count)), small_tokenizer(), {}, labels);
}

Lesson::Lesson(std::unique_ptr<Learner> who, Datum from, Datum on, const FineTuningOptions& options)
    : train(std::move(from)),
      dev(std::move(on)),
      learner(std::move(who)),
      save([this](const fs::path& to) {
        bert::save_model(to, learner->config(), learner->parameters(), io::real_type);
      }),
      tuning(*learner, *train, dev.get(), save, options) {}

std::vector<std::vector<real>> values_of(const Parameters& parameters) {
  std::vector<std::vector<real>> to;
  for (const Parameter& parameter : parameters.list()) to.push_back(parameter.tensor.value().values());
  return to;
}

void check_resumed(const std::function<std::unique_ptr<Lesson>()>& begun) {
  const Scratch scratch;
  const std::unique_ptr<Lesson> whole = begun();
  train::train(whole->tuning, ten_steps(), {scratch.path() / "whole", train::IfThere::refuse});
  for (const std::int64_t stop : {1, 3, 4, 9}) {  // the third step ends an epoch
    CAPTURE(stop);
    const fs::path path = scratch.path() / std::to_string(stop);
    {
      const std::unique_ptr<Lesson> first = begun();
      std::int64_t steps = 0;
      const train::Listener listener{.on_step = [&](std::int64_t step) { steps = step; },
                                     .interrupted = [&] { return steps == stop; }};
      train::RunDirectory run(path, train::IfThere::refuse);
      run.describe({{"seed", 1}});
      CHECK(train::train(first->tuning, ten_steps(), run, listener) == train::Ending::interrupted);
    }
    const std::unique_ptr<Lesson> second = begun();
    CHECK(train::train(second->tuning, ten_steps(), {path, train::IfThere::resume}) == train::Ending::done);
    CHECK(values_of(second->learner->parameters()) == values_of(whole->learner->parameters()));
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
