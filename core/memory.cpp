#include "core/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <utility>

// The address sanitizer, where it is compiled in, is told which blocks are free.
#if defined(__SANITIZE_ADDRESS__)
#define BERTLET_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BERTLET_ASAN
#endif
#endif
#ifdef BERTLET_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(block, bytes) (static_cast<void>(block), static_cast<void>(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(block, bytes) (static_cast<void>(block), static_cast<void>(bytes))
#endif

namespace bertlet {

namespace {

constexpr std::size_t line = 64;  // of a cache
constexpr std::size_t huge_page =
    2 << 20;  // the system maps large blocks by such pages, of which it has to look up few

std::size_t rounded_up(std::size_t bytes, std::size_t step) { return (bytes + step - 1) / step * step; }

// The size class of a block: multiples of 64 bytes up to 1 KiB, then eight classes to each doubling, so at most an
// eighth is lost.
std::size_t class_of(std::size_t bytes) {
  return rounded_up(std::max<std::size_t>(bytes, 1), std::max(line, std::bit_floor(bytes) / 8));
}

std::size_t physical_memory() {
  static const auto bytes = to_size(sysconf(_SC_PHYS_PAGES)) * to_size(sysconf(_SC_PAGESIZE));
  return bytes;
}

void* from_system(std::size_t bytes) {
  if (bytes < huge_page) return std::aligned_alloc(line, bytes);
  void* block = std::aligned_alloc(huge_page, rounded_up(bytes, huge_page));
#ifdef MADV_HUGEPAGE
  if (block) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

// The free blocks of a size class hang in a list through their own first bytes.
struct FreeBlock {
  FreeBlock* next;
};

class Pool {
 public:
  void* take(std::size_t bytes) {
    if (bytes > physical_memory()) return nullptr;
    const std::lock_guard lock(mutex_);
    void* block = take_block(class_of(bytes));
    if (!block) return nullptr;
    ASAN_UNPOISON_MEMORY_REGION(block, bytes);
    use_.live += static_cast<int64_t>(bytes);
    use_.peak = std::max(use_.peak, use_.live);
    return block;
  }

  void give(void* block, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    FreeBlock*& first = free_[class_of(bytes)];
    first = new (block) FreeBlock{first};
    if (bytes > sizeof(FreeBlock))
      ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + sizeof(FreeBlock), bytes - sizeof(FreeBlock));
    use_.live -= static_cast<int64_t>(bytes);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    for (auto& [size, first] : free_)
      while (first) std::free(std::exchange(first, first->next));
  }

  MemoryUse use() {
    const std::lock_guard lock(mutex_);
    return use_;
  }

  void reset_peak() {
    const std::lock_guard lock(mutex_);
    use_.peak = use_.live;
  }

 private:
  void* take_block(std::size_t size) {
    FreeBlock*& first = free_[size];
    if (first) return std::exchange(first, first->next);
    ++use_.fresh;
    return from_system(size);
  }

  std::mutex mutex_;
  std::unordered_map<std::size_t, FreeBlock*> free_;  // by size class
  MemoryUse use_;
};

// Never destroyed: arrays in static variables are given back after main.
Pool& pool() {
  static Pool& only = *new Pool;
  return only;
}

}  // namespace

void* take_memory(std::size_t bytes) { return pool().take(bytes); }
void give_memory(void* block, std::size_t bytes) { pool().give(block, bytes); }
void release_unused_memory() { pool().release(); }
MemoryUse memory_use() { return pool().use(); }
void reset_peak() { pool().reset_peak(); }

}  // namespace bertlet
