#pragma once
#include "bert/data/batches.h"
#include "bert/data/corpus_report.h"
#include "bert/data/instances.h"
#include "bert/heads/word_head.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "bert/train/trainer.h"

namespace bertlet::train {

struct PretrainingOptions {
  int64_t tokens = 4096;           // of a micro-batch, none of them a pad
  data::MaskOptions mask = {};     // where instances are masked when they are read
  bool checkpoint_layers = false;  // keep only what goes into each layer
  std::uint64_t seed = 1;

  void visit(const options::Visitor& f);  // but for mask and seed
};

// BERT's two tasks: hidden words, and whether the second segment follows the first.
class Pretraining : public Trainable {
 public:
  // `held_out` may be null. All live longer than this.
  Pretraining(bert::PreTraining& model, const text::Tokenizer& tokenizer, const data::Instances& instances,
              const data::Instances* held_out, const PretrainingOptions& options);

  Parameters& parameters() override { return parameters_; }
  Loss next(Pass& pass) override;
  Measures evaluate() override;
  void save_model(const std::filesystem::path& directory) const override;
  void save_last_batch(const std::filesystem::path& file) const override;
  io::Json notes() const override { return {{"epoch", epoch_}, {"batch", batch_}}; }
  void go_on_from(const io::Json& notes) override;

 private:
  void begin_epoch(int64_t epoch);
  std::vector<data::Instance> next_instances();
  data::Instance instance(const data::Instances& from, int64_t index, int64_t epoch) const;

  bert::PreTraining& model_;
  const text::Tokenizer& tokenizer_;
  const data::Pieces pieces_;
  const data::Instances& instances_;
  const data::Instances* held_out_;
  const PretrainingOptions options_;
  Parameters parameters_;

  int64_t epoch_ = 0;
  std::size_t batch_ = 0;            // the next one of the epoch
  std::vector<int64_t> order_;       // of the instances, in this epoch
  std::vector<int64_t> batch_ends_;  // in that order
  std::vector<data::Instance> last_;
};

// What a model must beat before it has learned anything from a text; `follows` is the share of second segments that do
// follow.
References references(const data::CorpusReport& report, double follows);

}  // namespace bertlet::train
