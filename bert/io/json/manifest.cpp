#include "bert/io/json/manifest.h"

#include <algorithm>
#include <atomic>

#include "bert/io/files/checksum.h"
#include "bert/io/files/file.h"
#include "bert/io/files/mapped_file.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

namespace fs = std::filesystem;

constexpr const char *format_key = "format", *checksum_key = "checksum";
constexpr int64_t checksums_format = 1;

std::atomic<bool> verifying = true;

// The first programs wrote a checksum as a number.
std::string recorded_checksum(const Json& value) {
  return value.is_string() ? value.string() : fmt::format("{:016x}", value.unsigned_integer());
}

bool is_as_recorded(const fs::path& file, const JsonPlace& recorded) {
  if (!fs::exists(file) || !(recorded["bytes"].value() == Json(fs::file_size(file)))) return false;
  const std::string want = recorded_checksum(recorded[checksum_key].value());
  return file_checksum(file, checksum_kind(want)) == want;
}

}  // namespace

Json fingerprint(std::string_view bytes) { return {{"bytes", bytes.size()}, {checksum_key, checksum(bytes)}}; }

Json manifest_of(const fs::path& directory, const std::vector<std::string>& names) {
  Json files = Json::object();
  for (const std::string& name : names) {
    const MappedFile file(directory / name);
    files[name] = fingerprint(file.text(0, file.size()));
  }
  return files;
}

Json manifest_of(const fs::path& directory) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return manifest_of(directory, names);
}

void check_manifest(const fs::path& directory, const JsonPlace& files) {
  for (const std::string& name : files.keys()) {
    const Json key = name;
    JsonPlace(key, directory.string() + ": files").file_name();
    require(is_as_recorded(directory / name, files[name]), "{}: is not as it was written", (directory / name).string());
  }
}

// --- JSON with a seal ------------------------------------------------------------------------------------------------

std::string sealed(Json json, int64_t format) {
  json.erase(checksum_key);
  json[format_key] = format;
  json[checksum_key] = checksum(json.dump());
  return json.dump(1) + "\n";
}

JsonDocument read_sealed(const fs::path& file, int64_t newest_format) {
  JsonDocument document = read_json(file);
  const JsonPlace root = document.root();
  if (const int64_t format = root.integer_or(format_key, 0); format > newest_format)
    throw Error(fmt::format("{}: has format {}, and this program knows formats up to {}: want a newer bertlet",
                            file.string(), format, newest_format));
  if (!root.has(checksum_key)) return document;
  Json rest = root.value();
  rest.erase(checksum_key);
  require(checksum(rest.dump()) == root[checksum_key].string(),
          "{}: is not as it was written; without its \"checksum\" it is taken as it is", file.string());
  return document;
}

// --- a model's directory ---------------------------------------------------------------------------------------------

void write_checksums(const fs::path& directory) {
  remove_checksums(directory);
  write_file(directory / checksums_name, sealed({{"files", manifest_of(directory)}}, checksums_format));
}

void remove_checksums(const fs::path& directory) { fs::remove(directory / checksums_name); }

fs::path verified(const fs::path& file) {
  const fs::path list = file.parent_path() / checksums_name;
  if (!verifying || !fs::exists(list)) return file;
  const JsonDocument document = read_sealed(list, checksums_format);
  const JsonPlace files = document.root()["files"];
  const std::string name = file.filename().string();
  if (!files.has(name) || is_as_recorded(file, files[name])) return file;
  throw Error(fmt::format("{}: is not as it was written; if it was changed on purpose, remove {}", file.string(),
                          list.string()));
}

void set_verifying(bool verifies) { verifying = verifies; }
bool is_verifying() { return verifying; }

}  // namespace bertlet::io
