#include "core/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

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

// Free blocks of one size class hang in a chain through their own first bytes.
struct FreeBlock {
  FreeBlock* next;
};

struct Chain {
  FreeBlock* head = nullptr;
  std::size_t length = 0;

  void push(void* block) {
    auto* free = static_cast<FreeBlock*>(block);
    free->next = head;
    head = free;
    ++length;
  }
  void* pop() {
    FreeBlock* block = head;
    head = block->next;
    --length;
    return block;
  }
};

Chain chain_of(void* block) {
  Chain chain;
  chain.push(block);
  return chain;
}

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

// What all threads count together. Each counts what it takes and gives for itself (ThreadCache::untold) and tells it
// here when there is much of it: a count that all threads write costs a small block more than all the rest.
constexpr int64_t much = 64 << 10;

struct Counters {
  std::atomic<int64_t> live{0}, peak{0}, fresh{0};

  int64_t add_live(int64_t bytes) { return live.fetch_add(bytes, std::memory_order_relaxed) + bytes; }
  void raise_peak(int64_t now) {
    int64_t seen = peak.load(std::memory_order_relaxed);
    while (now > seen && !peak.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
    }
  }
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

// The store all threads share. Whole chains come and go without a look at their blocks; a large block is a chain of
// its own.
class Store {
 public:
  void* take_large(SizeClass size) {
    if (const Chain given = take_chain(size.index); given.head) return given.head;
    counters.fresh.fetch_add(1, std::memory_order_relaxed);
    return from_system(size.bytes);
  }

  // Some small blocks, `wanted` at most if they are new; none if there is no memory. Those that equip a thread with its
  // first ones do not count as fresh: which thread takes part in a step is chance.
  Chain take_small(SizeClass size, std::size_t wanted, bool equips) {
    if (const Chain given = take_chain(size.index); given.head) return given;
    const std::lock_guard lock(mutex_);
    Chain made;
    while (made.length == 0 || (made.length < wanted && slab_left_ >= size.bytes)) {
      void* block = cut(size.bytes);
      if (!block) break;
      made.push(block);
    }
    if (!equips) counters.fresh.fetch_add(static_cast<int64_t>(made.length), std::memory_order_relaxed);
    return made;
  }

  void give(std::size_t index, Chain chain) {
    if (!chain.head) return;
    const std::lock_guard lock(mutex_);
    chains_[index].push_back(chain);
  }

  void release_large() {
    for (std::size_t index = small_classes; index < classes; ++index)
      while (FreeBlock* block = take_chain(index).head) std::free(block);
  }

 private:
  Chain take_chain(std::size_t index) {
    const std::lock_guard lock(mutex_);
    std::vector<Chain>& chains = chains_[index];
    if (chains.empty()) return {};
    const Chain last = chains.back();
    chains.pop_back();
    return last;
  }

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
  std::array<std::vector<Chain>, classes> chains_;
  std::byte* slab_ = nullptr;
  std::size_t slab_left_ = 0;
};

// Never destroyed: arrays in static variables are given back after main.
Store& store() {
  static Store& only = *new Store;
  return only;
}

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

  void count(int64_t bytes) {
    const int64_t sum = untold.load(std::memory_order_relaxed) + bytes;
    const bool tells = sum >= much || sum <= -much;
    untold.store(tells ? 0 : sum, std::memory_order_relaxed);
    counters.raise_peak(tells ? counters.add_live(sum) : counters.live.load(std::memory_order_relaxed) + sum);
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

void count(int64_t bytes) {
  if (own.open)
    own.count(bytes);
  else
    counters.raise_peak(counters.add_live(bytes));
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
  stock.most = 2 * small_bytes / size.bytes;
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
  if (!open_cache()) return store().give(size.index, chain_of(block));
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
  count(static_cast<int64_t>(bytes));
  return block;
}

[[gnu::noinline]] void give_slowly(void* block, std::size_t bytes) {
  const SizeClass size = class_of(bytes);
  if (size.bytes <= small_bytes)
    give_small(size, block);
  else
    store().give(size.index, chain_of(block));
  count(-static_cast<int64_t>(bytes));
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
  own.count(static_cast<int64_t>(bytes));
  return block;
}

void give_memory(void* block, std::size_t bytes) {
  if (bytes > sizeof(FreeBlock))
    ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + sizeof(FreeBlock), bytes - sizeof(FreeBlock));
  const std::size_t index = (bytes - 1) / unit;
  if (index >= fine || own.stocks[index].in_use.length >= own.stocks[index].most) return give_slowly(block, bytes);
  own.stocks[index].in_use.push(block);
  own.count(-static_cast<int64_t>(bytes));
}

void release_unused_memory() { store().release_large(); }

MemoryUse memory_use() {
  const int64_t live = caches().live();
  return {live, std::max(live, counters.peak.load()), counters.fresh.load()};
}

void reset_peak() { counters.peak.store(caches().live()); }

}  // namespace bertlet
