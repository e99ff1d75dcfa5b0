#pragma once
#include "bert/tasks/data.h"

namespace bertlet::tasks {

struct FineTuningOptions {
  std::int64_t batch = 32;  // examples; of questions, windows
  double r_drop = 0;        // α: how much two passes with other dropout must agree on classes (Wu et al. 2021)
  double fgm = 0;           // ε: how far the word embeddings are moved against the model (Miyato et al. 2017)
  std::uint64_t seed = 1;
};

// A learner taught by data.
class FineTuning : public train::Task {
 public:
  using SaveModel = std::function<void(const std::filesystem::path& directory)>;

  // `dev` may be null. All live longer than this.
  FineTuning(Learner& learner, const Data& train, const Data* dev, SaveModel save_model,
             const FineTuningOptions& options);

  std::int64_t batches() const { return std::ssize(batches_); }  // of an epoch

  Parameters& parameters() override { return learner_.parameters(); }
  Loss next(Pass& pass) override;
  void backward(const Tensor& loss) override;
  train::Measures evaluate() override;
  void save_model(const std::filesystem::path& directory) const override { save_model_(directory); }
  void save_last_batch(const std::filesystem::path& file) const override;
  io::Json notes() const override { return {{"epoch", epoch_}, {"batch", batch_}}; }
  void go_on_from(const io::Json& notes) override;

 private:
  void begin_epoch(std::int64_t epoch);
  void take_batch(const Rng& rng);
  void learn_from_attack();

  Learner& learner_;
  const Data& train_;
  const Data* dev_;
  const SaveModel save_model_;
  const FineTuningOptions options_;

  std::int64_t epoch_ = 0;
  std::size_t batch_ = 0;                          // the next one of the epoch
  std::vector<std::vector<const Item*>> batches_;  // of the epoch
  std::vector<const Item*> last_;                  // batch as it was shown
  std::vector<Item> drawn_;                        // of it, what was drawn for it alone
  Pass attack_;                                    // with which it can be gone through once more
};

}  // namespace bertlet::tasks
