#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace bertlet::io {

inline constexpr std::size_t largest_file = std::size_t{1} << 30;  // of those that are read whole

// An open file, closed when the scope ends, whatever happens. Errors name it and say why.
class Descriptor {
 public:
  Descriptor(std::filesystem::path path, int flags, unsigned mode = 0666);
  struct Duplicate {
    int number;  // of an open file, which it shares
  };
  Descriptor(std::filesystem::path path, Duplicate of);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int number() const { return number_; }
  std::size_t size() const;  // of a file proper: an error for folders, pipes and the like
  std::size_t read(char* to, std::size_t count) const;
  void write(std::string_view bytes) const;
  void sync() const;
  bool lock() const;           // for this process alone; false: another one has it
  void wait_for_lock() const;  // until the other one is done

 private:
  const std::filesystem::path path_;
  const int number_;
};

// The whole file.
std::string read_file(const std::filesystem::path& path);

// An output. A file comes to be whole or not at all: it is written beside its place under another name, which nobody
// else may write, synced and renamed, with the mode and owner of the one that was there. That one stays whole until
// then; without commit() it stays for good. A symlink is followed; a device or a pipe is written to.
class FileWriter {
 public:
  explicit FileWriter(const std::filesystem::path& path);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  void write(std::string_view bytes) { file_->write(bytes); }
  void commit();

 private:
  const std::filesystem::path path_;  // symlinks are followed
  std::filesystem::path partial_;     // nothing: it is written in place
  std::unique_ptr<const Descriptor> file_;
};

void write_file(const std::filesystem::path& path, std::string_view bytes);

// Of outputs that are not committed; for the handler of a signal that ends the program.
void remove_partial_files();

}  // namespace bertlet::io
