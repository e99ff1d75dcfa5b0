#include "bert/train/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "bert/io/files/checksum.h"

namespace bertlet::train {

namespace {

namespace fs = std::filesystem;
using io::Json;
using options::Affects;

constexpr const char *unknown = "unknown", *checksum_key = "checksum", *file_key = "file";

// What a model is read from; where a training stands is not of it.
bool is_of_model(const fs::path& file) {
  static const std::set<std::string> kinds = {".json", ".txt", ".safetensors", ".bin"};
  static const std::set<std::string> others = {"state.json", "training.safetensors", "run.json"};
  return kinds.contains(file.extension().string()) && !others.contains(file.filename().string());
}

std::string directory_checksum(const fs::path& directory, io::ChecksumKind kind) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (entry.is_regular_file() && is_of_model(entry.path()))
      files[entry.path().filename().string()] = io::file_checksum(entry.path(), kind);
  std::string lines;
  for (const auto& [name, checksum] : files) lines += fmt::format("{} {}\n", name, checksum);
  return io::checksum(lines, kind);
}

Json content_of(const Json& name) {
  if (!name.is_string()) return nullptr;
  if (name.string().empty()) return nullptr;
  if (!fs::exists(name.string())) return name;
  return {{file_key, name}, {checksum_key, content_checksum(name.string())}};
}

Json setting_of(const options::Option& option) {
  Json value = value_of(option);
  if (option.limits.affects != Affects::content) return value;
  if (!value.is_array()) return content_of(value);
  Json all = Json::array();
  for (const Json& name : value.elements()) all.push_back(content_of(name));
  return all;
}

bool is_content(const Json& value) { return value.contains(checksum_key) && value.contains(file_key); }

bool is_nothing(const Json& value) { return value.is_null() || value == Json(""); }

std::string text_of(const Json& value) {
  if (is_content(value)) return fmt::format("{} ({})", value[file_key].dump(), value[checksum_key].string());
  if (!value.is_array() || value.empty()) return value.dump();
  std::string all;
  for (const Json& part : value.elements()) all += (all.empty() ? "" : ", ") + text_of(part);
  return all;
}

}  // namespace

std::string content_checksum(const fs::path& path, io::ChecksumKind kind) {
  if (fs::is_regular_file(path)) return io::file_checksum(path, kind);
  if (!fs::is_directory(path)) return unknown;
  const bool is_run = !fs::exists(path / "config.json") && fs::exists(path / "best" / "config.json");
  return directory_checksum(is_run ? path / "best" : path, kind);
}

Settings settings_of(const std::vector<options::Option>& list) {
  Settings settings;
  for (const options::Option& option : list) {
    if (option.limits.affects == Affects::nothing) continue;
    if (option.limits.affects == Affects::length) settings.lengths.push_back(option.key());
    settings.values[option.key()] = setting_of(option);
  }
  return settings;
}

bool same_setting(const Json& before, const Json& now) {
  if (before == now || (is_nothing(before) && is_nothing(now))) return true;
  if (before.is_array() && now.is_array()) return std::ranges::equal(before.elements(), now.elements(), same_setting);
  if (!is_content(now)) return false;
  if (!is_content(before)) return before == now[file_key];  // a run of a program that kept no checksum
  const Json &recorded = before[checksum_key], &got = now[checksum_key];
  if (recorded == got || recorded == Json(unknown) || got == Json(unknown)) return true;
  const io::ChecksumKind kind = io::checksum_kind(recorded.string());
  return kind != io::checksum_kind(got.string()) && recorded == Json(content_checksum(now[file_key].string(), kind));
}

std::string difference(const std::string& name, const Json& before, const Json& now) {
  return fmt::format("{} was {}, got {}", name, text_of(before), text_of(now));
}

}  // namespace bertlet::train
