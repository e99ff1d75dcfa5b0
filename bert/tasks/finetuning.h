#pragma once
#include "bert/tasks/fine_tuned.h"
#include "bert/train/trainer.h"

namespace bertlet::tasks {

struct FineTuningOptions {
  int64_t batch = 32;  // examples; of questions, windows
  double r_drop = 0;   // α: how much two passes with other dropout must agree on classes (Wu et al. 2021)
  double fgm = 0;      // ε: how far the word embeddings are moved against the model (Miyato et al. 2017)
  std::uint64_t seed = 1;

  void visit(const options::Visitor& f);
};

// A model taught by data.
class FineTuning : public train::Trainable {
 public:
  using Loss = std::function<Tensor(const Scores& scores, ItemSpan items)>;

  // `dev` may be null, and so may `loss`: then it is the model's own. All live longer than this.
  FineTuning(const FineTuned& model, const Data& train, const Data* dev, const FineTuningOptions& options,
             Loss loss = {});

  int64_t batches() const { return std::ssize(batches_); }  // of an epoch

  Parameters& parameters() override { return model_.network->parameters(); }
  train::Trainable::Loss next(Pass& pass) override;
  void backward(const Tensor& loss) override;
  metrics::Measures evaluate() override;
  void save_model(const std::filesystem::path& directory) const override { model_.write(directory); }
  void save_last_batch(const std::filesystem::path& file) const override;
  io::Json notes() const override { return {{"epoch", epoch_}, {"batch", batch_}}; }
  void go_on_from(const io::Json& notes) override;

 private:
  void begin_epoch(int64_t epoch);
  void take_batch(const Rng& rng);
  void learn_from_attack();

  const FineTuned& model_;
  const Data& train_;
  const Data* dev_;
  const FineTuningOptions options_;
  const Loss loss_;

  int64_t epoch_ = 0;
  std::size_t batch_ = 0;                          // the next one of the epoch
  std::vector<std::vector<const Item*>> batches_;  // of the epoch
  std::vector<const Item*> last_;                  // batch as it was shown
  std::vector<Item> drawn_;                        // of it, what was drawn for it alone
  Pass attack_;                                    // with which it can be gone through once more
};

// The task's measures, and the loss where it is not one of them.
metrics::Measures measures(const FineTuned& model, const Data& data, const Outcome& outcome);

// What knowing only how frequent the labels are gives.
train::References references(const Task& task, const Data& data);

}  // namespace bertlet::tasks
