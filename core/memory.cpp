#include "core/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>

#if defined(__SANITIZE_ADDRESS__)
#define BERTLET_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BERTLET_ASAN 1
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

// Blocks of one size class hang in a list through their own first bytes.
struct FreeBlock {
  FreeBlock* next;
};

struct FreeList {
  FreeBlock* head = nullptr;
  int count = 0;

  void push(void* block) {
    auto* free = static_cast<FreeBlock*>(block);
    free->next = head;
    head = free;
    ++count;
  }
  void* pop() {
    FreeBlock* block = head;
    head = block->next;
    --count;
    return block;
  }
};

// Sizes are rounded up to a class: multiples of 64 bytes up to 1 KiB, then eight classes to each doubling, so at most
// an eighth is lost.
constexpr std::size_t unit = 64;
constexpr std::size_t fine = 16;
constexpr std::size_t classes = fine + 8 * 37;  // up to 2^47 bytes
constexpr std::size_t small_bytes = 32 << 10;   // up to here blocks are cut from slabs and cached per thread
constexpr std::size_t small_classes = fine + 8 * 5;
constexpr std::size_t huge_page = 2 << 20;
constexpr std::size_t slab_bytes = huge_page;

struct SizeClass {
  std::size_t index, bytes;
};

SizeClass class_of(std::size_t bytes) {
  const std::size_t units = bytes == 0 ? 1 : (bytes + unit - 1) / unit;
  if (units <= fine) return {units - 1, units * unit};
  const auto doubling = static_cast<std::size_t>(std::bit_width(units - 1)) - 1;  // units in (2^d, 2^(d+1)]
  const std::size_t step = std::size_t{1} << (doubling - 3);
  const std::size_t eighth = (units - (std::size_t{1} << doubling) + step - 1) / step;  // 1 … 8
  return {fine + 8 * (doubling - 4) + eighth - 1, ((std::size_t{1} << doubling) + eighth * step) * unit};
}

struct Counters {
  std::atomic<int64_t> live{0}, peak{0}, fresh{0};

  void taken(std::size_t bytes) {
    const auto size = static_cast<int64_t>(bytes);
    const int64_t now = live.fetch_add(size, std::memory_order_relaxed) + size;
    int64_t seen = peak.load(std::memory_order_relaxed);
    while (now > seen && !peak.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
    }
  }
  void given(std::size_t bytes) { live.fetch_sub(static_cast<int64_t>(bytes), std::memory_order_relaxed); }
};
constinit Counters counters;

std::size_t physical_memory() {
  static const auto bytes =
      static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

void* from_system(std::size_t bytes) {
  if (bytes > physical_memory()) return nullptr;
  void* block = std::aligned_alloc(bytes >= huge_page ? huge_page : unit,
                                   bytes >= huge_page ? (bytes + huge_page - 1) / huge_page * huge_page : bytes);
#ifdef MADV_HUGEPAGE
  if (block && bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

// The store all threads share.
class Store {
 public:
  void* take_large(SizeClass size) {
    {
      const std::lock_guard lock(mutex_);
      if (lists_[size.index].head) return lists_[size.index].pop();
    }
    counters.fresh.fetch_add(1, std::memory_order_relaxed);
    return from_system(size.bytes);
  }

  void give_large(SizeClass size, void* block) {
    const std::lock_guard lock(mutex_);
    lists_[size.index].push(block);
  }

  void refill(SizeClass size, FreeList& local, int wanted) {
    const std::lock_guard lock(mutex_);
    FreeList& list = lists_[size.index];
    while (local.count < wanted && list.head) local.push(list.pop());
    if (local.count > 0) return;
    while (local.count == 0 || (local.count < wanted && slab_left_ >= size.bytes)) {
      void* block = cut(size.bytes);
      if (!block) return;
      local.push(block);
      counters.fresh.fetch_add(1, std::memory_order_relaxed);
    }
  }

  void take_back(SizeClass size, FreeList& local, int left) {
    const std::lock_guard lock(mutex_);
    while (local.count > left) lists_[size.index].push(local.pop());
  }

  void release_large() {
    const std::lock_guard lock(mutex_);
    for (std::size_t index = small_classes; index < classes; ++index)
      while (lists_[index].head) std::free(lists_[index].pop());
  }

 private:
  void* cut(std::size_t bytes) {
    if (slab_left_ < bytes) {
      slab_ = static_cast<std::byte*>(from_system(slab_bytes));
      slab_left_ = slab_ ? slab_bytes : 0;
      if (!slab_) return nullptr;
    }
    slab_left_ -= bytes;
    return slab_ + slab_left_;
  }

  std::mutex mutex_;
  std::array<FreeList, classes> lists_{};
  std::byte* slab_ = nullptr;
  std::size_t slab_left_ = 0;
};

// Never destroyed: arrays in static variables are given back after main.
Store& store() {
  static Store& only = *new Store;
  return only;
}

// Each thread keeps a few blocks of the small classes for itself and deals with the store by the batch.
struct ThreadCache {
  std::array<FreeList, small_classes> lists{};
  bool open = true;

  ~ThreadCache() {
    open = false;
    for (std::size_t index = 0; index < small_classes; ++index) store().take_back({index, 0}, lists[index], 0);
  }
};
thread_local ThreadCache cache;

int batch_of(std::size_t bytes) { return static_cast<int>(small_bytes * 2 / bytes); }

void* take_small(SizeClass size) {
  if (!cache.open) {
    FreeList one;
    store().refill(size, one, 1);
    return one.head ? one.pop() : nullptr;
  }
  FreeList& list = cache.lists[size.index];
  if (!list.head) store().refill(size, list, batch_of(size.bytes));
  return list.head ? list.pop() : nullptr;
}

void give_small(SizeClass size, void* block) {
  if (!cache.open) return store().give_large(size, block);
  FreeList& list = cache.lists[size.index];
  list.push(block);
  if (list.count > 2 * batch_of(size.bytes)) store().take_back(size, list, batch_of(size.bytes));
}

}  // namespace

void* take_memory(std::size_t bytes) {
  if (bytes > physical_memory()) return nullptr;
  const SizeClass size = class_of(bytes);
  void* block = size.bytes <= small_bytes ? take_small(size) : store().take_large(size);
  if (!block) return nullptr;
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
  counters.taken(bytes);
  return block;
}

void give_memory(void* block, std::size_t bytes) {
  counters.given(bytes);
  if (bytes > sizeof(FreeBlock))
    ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + sizeof(FreeBlock), bytes - sizeof(FreeBlock));
  const SizeClass size = class_of(bytes);
  if (size.bytes <= small_bytes)
    give_small(size, block);
  else
    store().give_large(size, block);
}

void release_unused_memory() { store().release_large(); }

MemoryUse memory_use() { return {counters.live.load(), counters.peak.load(), counters.fresh.load()}; }

void reset_peak() { counters.peak.store(counters.live.load()); }

}  // namespace bertlet
