#pragma once
#include <filesystem>
#include <vector>

#include "bert/io/json/document.h"

// Files that know whether they are as they were written: against what is torn, rotten or mixed up, not against malice.
namespace bertlet::io {

// {"vocab.txt": {"bytes": 231508, "checksum": "xxh3:2d06800538d394c2"}}: of some files in a directory, or of all.
Json manifest_of(const std::filesystem::path& directory, const std::vector<std::string>& names);
Json manifest_of(const std::filesystem::path& directory);
void check_manifest(const std::filesystem::path& directory, const JsonPlace& files);  // an error names what differs

Json fingerprint(std::string_view bytes);  // {"bytes": …, "checksum": …}

// A file of JSON with its format and a checksum of all that is in it. A reader refuses what has been changed since, and
// a format that is newer than what it knows; a file without either is from an older program.
//
//   io::write_file(path, io::sealed({{"step", 3}}, 1));
//   io::read_sealed(path, 1).root()["step"].integer();
std::string sealed(Json json, int64_t format);
JsonDocument read_sealed(const std::filesystem::path& file, int64_t newest_format);

// A model's directory that we wrote has checksums.json, with a manifest of the others. Whoever writes into one removes
// it first, and makes it anew at the end.
void write_checksums(const std::filesystem::path& directory);
void remove_checksums(const std::filesystem::path& directory);

// A file of a model, to be read: the same path, after a look at its checksum if its directory has one.
std::filesystem::path verified(const std::filesystem::path& file);
void set_verifying(bool verifies);  // false: files are believed, as where they are huge
bool is_verifying();
inline constexpr const char* checksums_name = "checksums.json";

}  // namespace bertlet::io
