#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <span>

#include "bert/io/json/document.h"
#include "nn/parameters.h"

namespace bertlet::train {

// Where a training stands, beside the model's own files.
struct TrainingState {
  int64_t step = 0;            // steps taken
  State optimizer = {};        // by name
  io::Json notes = nullptr;    // what else must be remembered
  io::Json history = nullptr;  // bytes and checksum of metrics.jsonl up to here
};

// The checkpoints of a run: step-00001000/ and so on, each a model directory with training.safetensors and state.json
// in it. A checkpoint is whole or not there: it is written under another name, synced and renamed, and state.json has
// the sizes and checksums of the others, and of itself.
class Checkpoints {
 public:
  using WriteModel = std::function<void(const std::filesystem::path& directory)>;

  Checkpoints(std::filesystem::path folder, int64_t keep);  // keep: how many of the newest

  std::filesystem::path save(const TrainingState& state, const WriteModel& write_model) const;

  struct Found {
    std::filesystem::path directory;
    TrainingState state;
  };
  std::optional<Found> newest() const;  // that is whole; it warns of those that are not

  std::vector<std::filesystem::path> directories() const;  // newest first

 private:
  void forget_old() const;

  std::filesystem::path folder_;
  int64_t keep_;
};

int64_t step_of(const std::filesystem::path& checkpoint);  // step-00001000/: 1000
State weights_of(const std::filesystem::path& directory);

// The mean of some checkpoints' weights, which is often better than each of them.
State mean_weights(std::span<const std::filesystem::path> directories);

}  // namespace bertlet::train
