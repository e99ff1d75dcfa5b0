#pragma once
#include "apps/bertlet/text/tokenizer_options.h"
#include "apps/bertlet/training/options.h"
#include "bert/data/prepared_text.h"
#include "bert/model/config.h"
#include "bert/train/pretraining.h"

namespace apps {

struct PretrainOptions {
  CommonOptions common;
  RunOptions run;
  TokenizerChoice tokenizer;
  std::vector<std::string> corpus, dev;
  std::string prepared, masking = "dynamic", config = "tiny", init;
  bool prose = false;
  int inspect = 0;
  double held_out = 0.05;
  std::optional<double> lr;       // otherwise that of the model's size
  std::optional<int64_t> warmup;  // otherwise a tenth of the steps
  bertlet::data::InstanceOptions instances;
  bertlet::data::MaskOptions mask;
  bertlet::train::PretrainingOptions pretraining;
  bertlet::train::TrainerOptions trainer;

  void visit(const options::Visitor& f);

 private:
  void visit_data(const options::Visitor& f);
  void visit_training(const options::Visitor& f);
  void visit_output(const options::Visitor& f);
};

// The same with all that follows from what was given: seeds, the rate, the warm-up, when it is measured.
PretrainOptions completed(PretrainOptions options, const bertlet::bert::Config& config);

bertlet::data::TextOptions text_options(const PretrainOptions& options);

}  // namespace apps
