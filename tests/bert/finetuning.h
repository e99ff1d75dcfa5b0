#pragma once
#include "bert/io/json/document.h"
#include "bert/tasks/finetuning.h"

// What the tests of fine-tuning share: texts to learn from, and how long and with what a model learns.
namespace finetuning {

const std::shared_ptr<bertlet::text::Tokenizer>& small_tokenizer();
bertlet::bert::Config small_config(double dropout);

// Options of a task by name, as on the command line.
using Values = std::vector<std::pair<std::string, std::string>>;
void set(bertlet::tasks::Task& task, const std::string& name, const std::string& value);
std::unique_ptr<bertlet::tasks::Task> task_with(const std::string& name, const Values& values = {},
                                                std::vector<std::string> labels = {});

// A small BERT with weights as drawn that learns a task.
bertlet::tasks::FineTuned small_model(std::shared_ptr<bertlet::tasks::Task> task, double dropout,
                                      std::uint64_t seed = 7);

using Datum = std::unique_ptr<bertlet::tasks::Data>;

// What a task makes of a file's contents.
Datum read(const bertlet::tasks::Task& task, const std::string& file, const std::string& bytes,
           bertlet::tasks::Use use = bertlet::tasks::Use::measuring);

// So many texts of uneven lengths. "yes" begins every third, and that is the label but for the first and last text.
std::string rows_of(int64_t count);
Datum read_rows(int64_t count, std::vector<std::string> labels = {"no", "yes"});

std::vector<const bertlet::tasks::Item*> all_of(const bertlet::tasks::Data& data);
double value_of(const bertlet::metrics::Measures& measures, const std::string& name);

// A model, its data and its training.
struct Lesson {
  Lesson(bertlet::tasks::FineTuned model, Datum train, Datum dev,
         const bertlet::tasks::FineTuningOptions& options = {.batch = 4}, bertlet::tasks::FineTuning::Loss loss = {});
  Lesson(const Lesson&) = delete;
  Lesson& operator=(const Lesson&) = delete;

  bertlet::Parameters& parameters() const { return model.network->parameters(); }

  const Datum train, dev;
  const bertlet::tasks::FineTuned model;
  bertlet::tasks::FineTuning tuning;
};

std::vector<std::vector<bertlet::real>> values_of(const bertlet::Parameters& parameters);

// Ten steps that are interrupted anywhere and resumed leave the same bits as ten that never were.
void check_resumed(const std::function<std::unique_ptr<Lesson>()>& begun);

bertlet::train::TrainerOptions ten_steps();                                 // evaluated after 3, 6, 9 and 10
std::vector<bertlet::io::Json> lines_of(const std::filesystem::path& run);  // of metrics.jsonl

}  // namespace finetuning
