#include "bert/io/files/directory.h"

#include <fcntl.h>

#include <cstdio>

#include "bert/io/files/file.h"

namespace bertlet::io {

namespace {

namespace fs = std::filesystem;

constexpr const char* partial = ".partial";

void sync(const fs::path& path) { Descriptor(path, O_RDONLY).sync(); }

void sync_all(const fs::path& directory) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) sync(entry.path());
  sync(directory);
}

// At once, so that there is never none; where the file system cannot, one after the other.
void exchange(const fs::path& beside, const fs::path& directory) {
  if (::renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, directory.c_str(), RENAME_EXCHANGE) == 0)
    return void(fs::remove_all(beside));
  fs::remove_all(directory);
  fs::rename(beside, directory);
}

}  // namespace

void replace_directory(const fs::path& directory, const std::function<void(const fs::path& beside)>& write) {
  const fs::path beside = fs::path(directory) += partial;
  fs::remove_all(beside);
  fs::create_directories(beside);
  write(beside);
  sync_all(beside);
  if (fs::exists(directory))
    exchange(beside, directory);
  else
    fs::rename(beside, directory);
  sync(directory.has_parent_path() ? directory.parent_path() : ".");
}

bool is_partial(const fs::path& directory) { return directory.extension() == partial; }

}  // namespace bertlet::io
