#include "bert/io/models/model_directory.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "bert/io/files/directory.h"
#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

namespace fs = std::filesystem;

bool holds_model(const fs::path& directory) { return fs::exists(directory / "config.json"); }

// checkpoints/step-00002000, the newest
fs::path newest_checkpoint(const fs::path& run) {
  fs::path newest;
  if (fs::is_directory(run / "checkpoints"))
    for (const fs::directory_entry& entry : fs::directory_iterator(run / "checkpoints"))
      if (holds_model(entry.path()) && !is_partial(entry.path())) newest = std::max(newest, entry.path());
  return newest;
}

// A training's state, which a checkpoint directory holds too, and the tensors, which are converted.
bool is_companion(const fs::path& file) {
  constexpr std::array extensions = {".json", ".txt", ".md", ".tsv"};
  const std::string name = file.filename().string();
  return std::ranges::find(extensions, file.extension()) != extensions.end() && !name.ends_with(".index.json") &&
         name != "state.json" && name != checksums_name;
}

std::vector<fs::path> module_folders(const fs::path& directory) {
  std::vector<fs::path> folders;
  if (!fs::exists(directory / "modules.json")) return folders;
  const JsonDocument document = read_json(directory / "modules.json");
  for (std::size_t i = 0; i < document.root().size(); ++i) {
    const JsonPlace path = document.root()[i]["path"];
    if (path.string().empty()) continue;  // the model is in the directory itself
    if (fs::path folder = path.file_name(); fs::is_directory(directory / folder)) folders.push_back(std::move(folder));
  }
  return folders;
}

}  // namespace

fs::path model_directory(const fs::path& path) {
  for (const fs::path& directory : {path, path / "best", newest_checkpoint(path), path / "0_Transformer"})
    if (!directory.empty() && holds_model(directory)) return directory;
  require(
      fs::is_directory(path),
      "{}: there is no such directory; nothing is downloaded: want the directory of a published model (config.json, "
      "vocab.txt, model.safetensors) or of a run; training from nothing takes a size: tiny mini small medium base "
      "large",
      path.string());
  throw Error(fmt::format("{}: holds neither config.json nor best/: want a model directory or a run", path.string()));
}

std::vector<fs::path> companions_in(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (entry.is_regular_file() && is_companion(entry.path())) files.push_back(entry.path().filename());
  for (const fs::path& folder : module_folders(directory)) {
    const bool has_all = !fs::equivalent(directory / folder, model_directory(directory));  // tensors, too
    for (const fs::directory_entry& entry : fs::directory_iterator(directory / folder))
      if (entry.is_regular_file() && (has_all || is_companion(entry.path())))
        files.push_back(folder / entry.path().filename());
  }
  std::ranges::sort(files);
  return files;
}

void copy_companions(const fs::path& from, const fs::path& to) {
  for (const fs::path& file : companions_in(from)) {
    fs::create_directories((to / file).parent_path());
    write_file(to / file, read_file(verified(from / file)));
  }
}

}  // namespace bertlet::io
