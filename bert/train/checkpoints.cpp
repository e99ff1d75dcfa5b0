#include "bert/train/checkpoints.h"

#include <algorithm>
#include <cstdlib>

#include "bert/io/files/directory.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/json/manifest.h"
#include "bert/io/models/checkpoint.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;

constexpr const char *moments_name = "training.safetensors", *state_name = "state.json";
constexpr int64_t state_format = 1;

TrainingState read_state(const fs::path& directory) {
  const io::JsonDocument document = io::read_sealed(directory / state_name, state_format);
  io::check_manifest(directory, document.root()["files"]);
  TrainingState state{.step = document.root()["step"].integer(), .notes = document.root()["notes"].value()};
  if (document.root().has("history")) state.history = document.root()["history"].value();
  for (const io::StoredTensor& tensor : io::read_safetensors(directory / moments_name).tensors)
    state.optimizer.emplace(tensor.name, tensor.finite_array());
  return state;
}

}  // namespace

Checkpoints::Checkpoints(fs::path folder, int64_t keep) : folder_(std::move(folder)), keep_(keep) {
  require(keep > 0, "checkpoints: got {} to keep, want at least 1", keep);
}

fs::path Checkpoints::save(const TrainingState& state, const WriteModel& write_model) const {
  fs::path directory = folder_ / fmt::format("step-{:08}", state.step);
  io::replace_directory(directory, [&](const fs::path& beside) {
    write_model(beside);
    std::vector<io::OutgoingTensor> moments;
    for (const auto& [name, array] : state.optimizer) moments.push_back(io::outgoing(name, array));
    io::write_safetensors(beside / moments_name, moments);
    io::Json json{{"step", state.step}, {"notes", state.notes}, {"files", io::manifest_of(beside)}};
    if (!state.history.is_null()) json["history"] = state.history;
    io::write_file(beside / state_name, io::sealed(std::move(json), state_format));
  });
  forget_old();
  return directory;
}

std::vector<fs::path> Checkpoints::directories() const {
  std::vector<fs::path> all;
  if (!fs::is_directory(folder_)) return all;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("step-") && !io::is_partial(entry.path()))
      all.push_back(entry.path());
  std::ranges::sort(all, std::greater());
  return all;
}

void Checkpoints::forget_old() const {
  const std::vector<fs::path> all = directories();
  for (std::size_t i = to_size(keep_); i < all.size(); ++i) fs::remove_all(all[i]);
}

std::optional<Checkpoints::Found> Checkpoints::newest() const {
  for (const fs::path& directory : directories()) try {
      return Found{directory, read_state(directory)};
    } catch (const std::exception& error) {
      warn(fmt::format("{} — the checkpoint before it is used", error.what()));
    }
  return {};
}

int64_t step_of(const fs::path& checkpoint) {
  return std::strtoll(checkpoint.filename().string().c_str() + std::string_view("step-").size(), nullptr, 10);
}

State weights_of(const fs::path& directory) {
  State state;
  for (const io::StoredTensor& tensor : io::open_checkpoint(directory).tensors)
    state.emplace(tensor.name, tensor.finite_array());
  return state;
}

State mean_weights(std::span<const fs::path> directories) {
  require(!directories.empty(), "mean_weights: got no checkpoints");
  std::vector<State> all;
  for (const fs::path& directory : directories) all.push_back(weights_of(directory));
  State mean;
  for (const auto& [name, first] : all[0]) {
    Array& to = mean[name] = Array::zeros(first.shape());
    for (int64_t i = 0; i < to.size(); ++i) {
      double sum = 0;
      for (const State& each : all) sum += static_cast<double>(each.at(name)[i]);
      to[i] = static_cast<real>(sum / static_cast<double>(all.size()));
    }
  }
  return mean;
}

}  // namespace bertlet::train
