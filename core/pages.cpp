#include "core/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include "core/real.h"

namespace bertlet {

std::shared_ptr<Pages> Pages::of_zeros(std::size_t bytes) {
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return {};
#ifdef MADV_HUGEPAGE
  ::madvise(mapped, bytes, MADV_HUGEPAGE);
#endif
  return std::make_shared<Pages>(static_cast<std::byte*>(mapped), bytes, 0);
}

std::shared_ptr<Pages> Pages::of_file(int descriptor, std::size_t offset, std::size_t bytes, Access access) {
  const std::size_t skipped = offset % to_size(::sysconf(_SC_PAGESIZE));
  const int protection = access == Access::write ? PROT_READ | PROT_WRITE : PROT_READ;
  void* mapped =
      ::mmap(nullptr, skipped + bytes, protection, MAP_PRIVATE, descriptor, static_cast<off_t>(offset - skipped));
  if (mapped == MAP_FAILED) return {};
  return std::make_shared<Pages>(static_cast<std::byte*>(mapped), skipped + bytes, skipped);
}

Pages::~Pages() { ::munmap(mapped_, mapped_bytes_); }

}  // namespace bertlet
