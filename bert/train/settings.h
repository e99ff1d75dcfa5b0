#pragma once
#include <filesystem>

#include "bert/io/files/checksum.h"
#include "bert/io/json/document.h"
#include "bert/options/option.h"

// What a run's result depends on, as run.json keeps it.
namespace bertlet::train {

struct Settings {
  io::Json values = io::Json::object();
  std::vector<std::string> lengths = {};  // those that say how long the run is
};

// All options but those that change nothing. Of a file or directory there is its name and a checksum of what is in it;
// what is no such thing, as the name of a size, stands as it is.
//
//   {"lr": 0.0001, "corpus": [{"file": "a.txt", "checksum": "xxh3:9ae16a3b2f90404f"}]}
Settings settings_of(const std::vector<options::Option>& list);

// Of a file, or of a model's files in a directory (in its best/ where it is a run); "unknown" of what can be read only
// once.
std::string content_checksum(const std::filesystem::path& path, io::ChecksumKind kind = io::ChecksumKind::xxh3);

// Whether a run may go on with a setting: files are the same with the same content.
bool same_setting(const io::Json& before, const io::Json& now);

// lr was 0.0001, got 0.0002
std::string difference(const std::string& name, const io::Json& before, const io::Json& now);

}  // namespace bertlet::train
