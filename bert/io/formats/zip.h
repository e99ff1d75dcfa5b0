#pragma once
#include <map>

#include "bert/io/files/mapped_file.h"

namespace bertlet::io {

// A file within a zip archive. PyTorch stores its entries as they are: compressed ones are refused.
struct ZipEntry {
  std::size_t offset, size;  // of its bytes in the archive
};
using ZipEntries = std::map<std::string, ZipEntry>;

ZipEntries read_zip(const MappedFile& archive);

}  // namespace bertlet::io
