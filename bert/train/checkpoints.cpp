#include "bert/train/checkpoints.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>

#include "bert/io/files/checksum.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;

constexpr const char *moments_name = "training.safetensors", *state_name = "state.json", *partial = ".partial";

void sync(const fs::path& path) { io::Descriptor(path, O_RDONLY).sync(); }

// A model's files are written by others: they are on the disk when this returns.
io::Json checksums_of(const fs::path& directory) {
  io::Json files = io::Json::object();
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    files[entry.path().filename().string()] = {{"bytes", entry.file_size()},
                                               {"checksum", io::file_checksum(entry.path())}};
    sync(entry.path());
  }
  return files;
}

// The first programs wrote theirs as a number.
std::string recorded_checksum(const io::Json& value) {
  return value.is_string() ? value.string() : fmt::format("{:016x}", value.unsigned_integer());
}

void check_files(const fs::path& directory, const io::JsonPlace& files) {
  for (const std::string& name : files.keys()) {
    const fs::path file = directory / name;
    const std::string want = recorded_checksum(files[name]["checksum"].value());
    const bool same =
        io::file_checksum(file, io::checksum_kind(want)) == want && files[name]["bytes"].value() == fs::file_size(file);
    require(same, "{}: is not as it was written", file.string());
  }
}

TrainingState read_state(const fs::path& directory) {
  const io::JsonDocument document = io::read_json(directory / state_name);
  check_files(directory, document.root()["files"]);
  TrainingState state{.step = document.root()["step"].integer(), .notes = document.root()["notes"].value()};
  for (const io::StoredTensor& tensor : io::read_safetensors(directory / moments_name).tensors)
    state.optimizer.emplace(tensor.name, tensor.array());
  return state;
}

}  // namespace

Checkpoints::Checkpoints(fs::path folder, int64_t keep) : folder_(std::move(folder)), keep_(keep) {
  require(keep > 0, "checkpoints: got {} to keep, want at least 1", keep);
}

fs::path Checkpoints::save(const TrainingState& state, const WriteModel& write_model) const {
  fs::path directory = folder_ / fmt::format("step-{:08}", state.step);
  const fs::path beside = fs::path(directory) += partial;
  fs::remove_all(beside);
  fs::create_directories(beside);
  write_model(beside);
  std::vector<io::OutgoingTensor> moments;
  for (const auto& [name, array] : state.optimizer) moments.push_back(io::outgoing(name, array));
  io::write_safetensors(beside / moments_name, moments);
  const io::Json json{{"step", state.step}, {"notes", state.notes}, {"files", checksums_of(beside)}};
  io::write_file(beside / state_name, json.dump(1) + "\n");
  sync(beside);
  fs::remove_all(directory);
  fs::rename(beside, directory);
  sync(folder_);
  forget_old();
  return directory;
}

std::vector<fs::path> Checkpoints::directories() const {
  std::vector<fs::path> all;
  if (!fs::is_directory(folder_)) return all;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("step-") && entry.path().extension() != partial)
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
    state.emplace(tensor.name, tensor.array());
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
