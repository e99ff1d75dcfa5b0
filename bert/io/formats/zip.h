#pragma once
#include <cstdint>
#include <map>

#include "bert/io/files/mapped_file.h"

namespace bertlet::io {

// A file within a zip archive. PyTorch stores its entries as they are: compressed ones are refused.
struct ZipEntry {
  std::size_t offset, size;  // of its bytes in the archive
  std::uint32_t crc;
};
using ZipEntries = std::map<std::string, ZipEntry>;

ZipEntries read_zip(const MappedFile& archive);

// An error where an entry's bytes are not as they were written; none where files are believed (manifest.h).
void check_entry(const MappedFile& archive, const std::string& name, const ZipEntry& entry);

}  // namespace bertlet::io
