#pragma once
#include "bert/io/json.h"
#include "bert/tasks/data.h"
#include "bert/tasks/finetuning.h"

// What the tests of fine-tuning share: texts to learn from, and how long and with what a model learns.
namespace finetuning {

bertlet::text::Tokenizer small_tokenizer();
bertlet::bert::Config small_config(double dropout);

// So many texts of uneven lengths. "yes" begins every third, and that is the label but for the first and last text.
std::unique_ptr<bertlet::tasks::Data> read_rows(std::int64_t count, std::vector<std::string> labels = {"no", "yes"});

// A learner, its data and its training.
struct Lesson {
  using Datum = std::unique_ptr<bertlet::tasks::Data>;
  Lesson(std::unique_ptr<bertlet::tasks::Learner> learner, Datum train, Datum dev,
         const bertlet::tasks::FineTuningOptions& options = {.batch = 4});

  const Datum train, dev;
  const std::unique_ptr<bertlet::tasks::Learner> learner;
  const bertlet::tasks::FineTuning::SaveModel save;
  bertlet::tasks::FineTuning tuning;
};

std::vector<std::vector<bertlet::real>> values_of(const bertlet::Parameters& parameters);

// Ten steps that are interrupted anywhere and resumed leave the same bits as ten that never were.
void check_resumed(const std::function<std::unique_ptr<Lesson>()>& begun);

bertlet::train::TrainerOptions ten_steps();                                 // evaluated after 3, 6, 9 and 10
std::vector<bertlet::io::Json> lines_of(const std::filesystem::path& run);  // of metrics.jsonl

}  // namespace finetuning
