#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace bertlet::io {

inline constexpr std::size_t largest_file = std::size_t{1} << 30;  // of those that are read whole

// An open file, closed when the scope ends, whatever happens. Errors name it and say why.
class Descriptor {
 public:
  Descriptor(std::filesystem::path path, int flags);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int number() const { return number_; }
  std::size_t size() const;  // of a file proper: an error for folders, pipes and the like
  std::size_t read(char* to, std::size_t count) const;
  void write(std::string_view bytes) const;
  void sync() const;

 private:
  const std::filesystem::path path_;
  const int number_;
};

// The whole file.
std::string read_file(const std::filesystem::path& path);

// A file that comes to be whole or not at all: written beside its place under another name, synced and renamed. One
// that was there stays whole until then; without commit() it stays for good.
class FileWriter {
 public:
  explicit FileWriter(std::filesystem::path path);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  void write(std::string_view bytes) { file_.write(bytes); }
  void commit();

 private:
  const std::filesystem::path path_, beside_;
  const Descriptor file_;
  bool committed_ = false;
};

void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace bertlet::io
