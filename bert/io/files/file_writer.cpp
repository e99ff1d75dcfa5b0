#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "bert/io/files/file.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

namespace fs = std::filesystem;

void check_written(bool done, const fs::path& path) { require(done, "{}: {}", path.string(), std::strerror(errno)); }

// --- partial files, which a signal's handler must find ---------------------------------------------------------------

std::array<std::atomic<const char*>, 64> partial_files;  // more than are ever written at once

void list_partial(const char* path) {
  for (auto& place : partial_files) {
    const char* nobody = nullptr;
    if (place.compare_exchange_strong(nobody, path)) return;
  }
}

void forget_partial(const char* path) {
  for (auto& place : partial_files) {
    const char* listed = path;
    if (place.compare_exchange_strong(listed, nullptr)) return;
  }
}

// --- where an output goes --------------------------------------------------------------------------------------------

std::optional<struct stat> status_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) return status;
  check_written(errno == ENOENT, path);
  return {};
}

constexpr std::string_view open_files = "/proc/self/fd/";

// What this leads to; for /dev/stdout that is /proc/self/fd/1.
fs::path followed(fs::path path) {
  constexpr int most = 40;  // as the system has it
  constexpr std::string_view fd = "/dev/fd/";
  if (path.string().starts_with(fd)) return std::string(open_files).append(path.string().substr(fd.size()));
  std::error_code none;
  for (int links = 0; fs::is_symlink(path, none) && !path.string().starts_with(open_files); ++links) {
    require(links < most, "{}: leads through more than {} symlinks", path.string(), most);
    path = path.parent_path() / fs::read_symlink(path);
  }
  return path;
}

bool is_ours(const Descriptor& file, const fs::path& path) {
  struct stat opened = {}, there = {};
  return ::fstat(file.number(), &opened) == 0 && ::lstat(path.c_str(), &there) == 0 && opened.st_ino == there.st_ino &&
         opened.st_dev == there.st_dev && S_ISREG(opened.st_mode) && opened.st_uid == ::geteuid() &&
         opened.st_nlink == 1;
}

// A file that only this process writes: a new one, or one that a process which is gone has left. What stands there
// otherwise, such as another user's file or a link, is removed.
std::unique_ptr<const Descriptor> partial_file(const fs::path& path, const std::string& wanted, unsigned mode) {
  constexpr int most_tries = 100;
  for (int i = 0; i < most_tries; ++i) {
    if (fs::is_symlink(path)) fs::remove(path);
    auto file = std::make_unique<const Descriptor>(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
    require(file->lock(), "{}: another process is writing it", wanted);
    if (is_ours(*file, path)) {
      check_written(::ftruncate(file->number(), 0) == 0, path);
      return file;
    }
    fs::remove(path);
  }
  throw Error(fmt::format("{}: cannot be had for this process alone", path.string()));
}

std::unique_ptr<const Descriptor> in_place(const fs::path& path) {
  const std::string name = path.string();
  int number = -1;
  if (name.starts_with(open_files)) std::from_chars(name.data() + open_files.size(), name.data() + name.size(), number);
  return number < 0 ? std::make_unique<const Descriptor>(path, O_WRONLY | O_NOCTTY)
                    : std::make_unique<const Descriptor>(path, Descriptor::Duplicate{number});
}

}  // namespace

void remove_partial_files() {
  for (auto& place : partial_files)
    if (const char* path = place.exchange(nullptr)) ::unlink(path);
}

FileWriter::FileWriter(const fs::path& path) : path_(followed(path)) {
  const auto there = status_of(path_);
  require(!there || !S_ISDIR(there->st_mode), "{}: is a directory, want a file to write", path.string());
  if (path_.string().starts_with(open_files) || (there && !S_ISREG(there->st_mode))) {
    file_ = in_place(path_);
    return;
  }
  if (there) check_written(::access(path_.c_str(), W_OK) == 0, path_);
  const unsigned mode = there ? there->st_mode & 07777 : 0666;
  const fs::path partial = fs::path(path_) += ".partial";
  file_ = partial_file(partial, path.string(), mode);
  partial_ = partial;
  list_partial(partial_.c_str());
  if (!there) return;
  [[maybe_unused]] const int owned = ::fchown(file_->number(), there->st_uid, there->st_gid);  // where that is allowed
  check_written(::fchmod(file_->number(), mode) == 0, path_);
}

FileWriter::~FileWriter() {
  if (partial_.empty()) return;
  ::unlink(partial_.c_str());
  forget_partial(partial_.c_str());
}

void FileWriter::commit() {
  if (partial_.empty()) return;
  file_->sync();
  check_written(::rename(partial_.c_str(), path_.c_str()) == 0, path_);
  forget_partial(partial_.c_str());
  partial_.clear();
}

void write_file(const fs::path& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace bertlet::io
