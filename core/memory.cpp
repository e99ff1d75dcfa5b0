#include "core/memory.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "core/memory_store.h"

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

using namespace memory;

namespace {

// What all threads count together. Each counts what it takes and gives for itself (ThreadCache::untold) and tells it
// here when there is much of it: a count that all threads write costs a small block more than all the rest.
constexpr int64_t much = 64 << 10;

struct Counters {
  std::atomic<int64_t> live{0}, peak{0};

  int64_t add_live(int64_t bytes) { return live.fetch_add(bytes, std::memory_order_relaxed) + bytes; }
  void raise_peak(int64_t now) {
    int64_t seen = peak.load(std::memory_order_relaxed);
    while (now > seen && !peak.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
    }
  }
};
constinit Counters counters;

struct Stock {
  Chain in_use, spare;
  std::size_t most = 0;   // blocks in a chain; none before the thread has dealt in this class, nor at its end
  bool equipped = false;  // has had blocks of the store before
};

// What a thread keeps for itself: up to two chains of each small class, so that it deals with the store by the chain,
// and its count of bytes taken less bytes given.
struct ThreadCache {
  std::array<Stock, small_classes> stocks{};
  std::atomic<int64_t> untold{0};  // written by its thread alone
  bool open = false;
  bool ended = false;

  void taken(std::size_t bytes) {
    const int64_t sum = count(static_cast<int64_t>(bytes));
    counters.raise_peak(counters.live.load(std::memory_order_relaxed) + sum);
  }
  void given(std::size_t bytes) { count(-static_cast<int64_t>(bytes)); }

 private:
  // What is untold then.
  int64_t count(int64_t bytes) {
    int64_t sum = untold.load(std::memory_order_relaxed) + bytes;
    if (sum >= much || sum <= -much) counters.add_live(std::exchange(sum, 0));
    untold.store(sum, std::memory_order_relaxed);
    return sum;
  }
};
constinit thread_local ThreadCache own;

// The caches of all threads that have one.
class Caches {
 public:
  void open(ThreadCache& cache) {
    const std::lock_guard lock(mutex_);
    open_.push_back(&cache);
    cache.open = true;
  }
  void close(ThreadCache& cache) {
    for (std::size_t index = 0; index < small_classes; ++index) {
      store().give(index, cache.stocks[index].in_use);
      store().give(index, cache.stocks[index].spare);
      cache.stocks[index] = {};
    }
    const std::lock_guard lock(mutex_);
    counters.add_live(cache.untold.exchange(0));
    std::erase(open_, &cache);
    cache.open = false;
    cache.ended = true;
  }
  int64_t live() {
    const std::lock_guard lock(mutex_);
    int64_t sum = counters.live.load(std::memory_order_relaxed);
    for (const ThreadCache* cache : open_) sum += cache->untold.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  std::mutex mutex_;
  std::vector<ThreadCache*> open_;
};

Caches& caches() {
  static Caches& only = *new Caches;
  return only;
}

// False for a thread at its end, which keeps nothing any more: memory in its static variables is given back later.
bool open_cache() {
  if (own.open || own.ended) return own.open;
  caches().open(own);
  thread_local const struct Closer {
    ~Closer() { caches().close(own); }
  } closer;
  static_cast<void>(closer);
  return true;
}

void count_taken(std::size_t bytes) {
  if (own.open)
    own.taken(bytes);
  else
    counters.raise_peak(counters.add_live(static_cast<int64_t>(bytes)));
}

void count_given(std::size_t bytes) {
  if (own.open)
    own.given(bytes);
  else
    counters.add_live(-static_cast<int64_t>(bytes));
}

// For a thread at its end.
void* take_one(SizeClass size) {
  Chain some = store().take_small(size, 1, false);
  void* block = some.head ? some.pop() : nullptr;
  store().give(size.index, some);
  return block;
}

Stock& stock_of(SizeClass size) {
  Stock& stock = own.stocks[size.index];
  if (stock.most == 0) stock.most = 2 * small_bytes / size.bytes;
  return stock;
}

void* take_small(SizeClass size) {
  if (!open_cache()) return take_one(size);
  Stock& stock = stock_of(size);
  if (!stock.in_use.head) std::swap(stock.in_use, stock.spare);
  if (!stock.in_use.head) stock.in_use = store().take_small(size, stock.most, !std::exchange(stock.equipped, true));
  return stock.in_use.head ? stock.in_use.pop() : nullptr;
}

void give_small(SizeClass size, void* block) {
  if (!open_cache()) return store().give_block(size, block);
  Stock& stock = stock_of(size);
  if (stock.in_use.length == stock.most) {
    store().give(size.index, stock.spare);
    stock.spare = std::exchange(stock.in_use, {});
  }
  stock.in_use.push(block);
}

[[gnu::noinline]] void* take_slowly(std::size_t bytes) {
  if (bytes > physical_memory()) return nullptr;
  const SizeClass size = class_of(bytes);
  void* block = size.bytes <= small_bytes ? take_small(size) : store().take_large(size);
  if (!block) return nullptr;
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
  count_taken(bytes);
  return block;
}

[[gnu::noinline]] void give_slowly(void* block, std::size_t bytes) {
  const SizeClass size = class_of(bytes);
  if (size.bytes <= small_bytes)
    give_small(size, block);
  else
    store().give_block(size, block);
  count_given(bytes);
}

}  // namespace

// A node of the graph and a number are two blocks: the smallest classes have a short way where the thread has blocks.
void* take_memory(std::size_t bytes) {
  const std::size_t index = (bytes - 1) / unit;
  if (index >= fine || !own.stocks[index].in_use.head) return take_slowly(bytes);
  void* block = own.stocks[index].in_use.pop();
  // The next one to be asked for may have left the caches long ago.
  const auto* next = reinterpret_cast<const std::byte*>(own.stocks[index].in_use.head);
  for (std::size_t unit_of_next = 0; unit_of_next <= index; ++unit_of_next)
    __builtin_prefetch(next + unit_of_next * unit, 1);
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
  own.taken(bytes);
  return block;
}

void give_memory(void* block, std::size_t bytes) {
  if (bytes > sizeof(FreeBlock))
    ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + sizeof(FreeBlock), bytes - sizeof(FreeBlock));
  const std::size_t index = (bytes - 1) / unit;
  if (index >= fine || own.stocks[index].in_use.length >= own.stocks[index].most) return give_slowly(block, bytes);
  own.stocks[index].in_use.push(block);
  own.given(bytes);
}

void release_unused_memory() { store().release_large(); }

MemoryUse memory_use() {
  const int64_t live = caches().live();
  return {live, std::max(live, counters.peak.load()), store().fresh()};
}

void reset_peak() { counters.peak.store(caches().live()); }

}  // namespace bertlet
