#include "core/memory_store.h"

#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cstdlib>

namespace bertlet::memory {

namespace {

constexpr std::size_t huge_page = 2 << 20;
constexpr std::size_t slab_bytes = huge_page;

void* from_system(std::size_t bytes) {
  if (bytes > physical_memory()) return nullptr;
  void* block = std::aligned_alloc(bytes >= huge_page ? huge_page : unit,
                                   bytes >= huge_page ? (bytes + huge_page - 1) / huge_page * huge_page : bytes);
#ifdef MADV_HUGEPAGE
  if (block && bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

}  // namespace

SizeClass class_of(std::size_t bytes) {
  const std::size_t units = bytes == 0 ? 1 : (bytes + unit - 1) / unit;
  if (units <= fine) return {units - 1, units * unit};
  const auto doubling = static_cast<std::size_t>(std::bit_width(units - 1)) - 1;  // units in (2^d, 2^(d+1)]
  const std::size_t step = std::size_t{1} << (doubling - 3);
  const std::size_t eighth = (units - (std::size_t{1} << doubling) + step - 1) / step;  // 1 … 8
  return {fine + 8 * (doubling - 4) + eighth - 1, ((std::size_t{1} << doubling) + eighth * step) * unit};
}

std::size_t physical_memory() {
  static const auto bytes =
      static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

void* Store::take_large(SizeClass size) {
  if (const Chain given = take_chain(size.index); given.head) return given.head;
  fresh_.fetch_add(1, std::memory_order_relaxed);
  return from_system(size.bytes);
}

Chain Store::take_small(SizeClass size, std::size_t wanted, bool equips) {
  if (const Chain given = take_chain(size.index); given.head) return given;
  const std::lock_guard lock(mutex_);
  Chain made;
  while (made.length == 0 || (made.length < wanted && slab_left_ >= size.bytes)) {
    void* block = cut(size.bytes);
    if (!block) break;
    made.push(block);
  }
  if (!equips) fresh_.fetch_add(static_cast<int64_t>(made.length), std::memory_order_relaxed);
  return made;
}

void Store::give(std::size_t index, Chain chain) {
  if (!chain.head) return;
  const std::lock_guard lock(mutex_);
  chains_[index].push_back(chain);
}

void Store::give_block(SizeClass size, void* block) {
  Chain chain;
  chain.push(block);
  give(size.index, chain);
}

void Store::release_large() {
  for (std::size_t index = small_classes; index < classes; ++index)
    while (FreeBlock* block = take_chain(index).head) std::free(block);
}

Chain Store::take_chain(std::size_t index) {
  const std::lock_guard lock(mutex_);
  std::vector<Chain>& chains = chains_[index];
  if (chains.empty()) return {};
  const Chain last = chains.back();
  chains.pop_back();
  return last;
}

void* Store::cut(std::size_t bytes) {
  if (slab_left_ < bytes) {
    slab_ = static_cast<std::byte*>(from_system(slab_bytes));
    slab_left_ = slab_ ? slab_bytes : 0;
    if (!slab_) return nullptr;
  }
  slab_left_ -= bytes;
  return slab_ + slab_left_;
}

// Never destroyed: arrays in static variables are given back after main.
Store& store() {
  static Store& only = *new Store;
  return only;
}

}  // namespace bertlet::memory
