#pragma once
#include <span>

#include "bert/io/files/file.h"
#include "core/pages.h"

namespace bertlet::io {

// A file in memory, of which only what is looked at is read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  std::size_t size() const { return size_; }
  std::span<const std::byte> bytes() const;
  std::string_view text(std::size_t offset, std::size_t count) const;

  // What stands before is not needed soon: it leaves memory, and is read again if it is looked at.
  void forget_before(std::size_t offset) const;

  // Some of its bytes once more, which may be written: that changes nobody else's, nor the file.
  std::shared_ptr<Pages> own_pages(std::size_t offset, std::size_t count) const;

 private:
  const std::string name_;
  const Descriptor file_;
  const std::size_t size_;
  std::shared_ptr<Pages> pages_;  // none of an empty file
};

}  // namespace bertlet::io
