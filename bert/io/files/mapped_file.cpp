#include "bert/io/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

MappedFile::MappedFile(const std::filesystem::path& path)
    : name_(path.string()), file_(path, O_RDONLY | O_NONBLOCK), size_(file_.size()) {  // a pipe does not make us wait
  if (size_ == 0) return;
  pages_ = Pages::of_file(file_.number(), 0, size_, Pages::Access::read);
  require(pages_ != nullptr, "{}: {}", name_, std::strerror(errno));
}

std::span<const std::byte> MappedFile::bytes() const {
  if (!pages_) return {};
  return {pages_->data(), size_};
}

std::string_view MappedFile::text(std::size_t offset, std::size_t count) const {
  const std::span<const std::byte> part = bytes().subspan(offset, count);
  return {reinterpret_cast<const char*>(part.data()), part.size()};
}

// A hint that the system may refuse.
void MappedFile::forget_before(std::size_t offset) const {
  const auto page = to_size(::sysconf(_SC_PAGESIZE));
  if (pages_) ::madvise(pages_->data(), offset / page * page, MADV_DONTNEED);
}

std::shared_ptr<Pages> MappedFile::own_pages(std::size_t offset, std::size_t count) const {
  return Pages::of_file(file_.number(), offset, count, Pages::Access::write);
}

}  // namespace bertlet::io
