#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "core/real.h"

// Behind memory.h: the free blocks that no thread keeps for itself.
namespace bertlet::memory {

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

// Sizes are rounded up to a class: multiples of 64 bytes up to 1 KiB, then eight classes to each doubling, so at most
// an eighth is lost.
constexpr std::size_t unit = 64;
constexpr std::size_t fine = 16;
constexpr std::size_t classes = fine + 8 * 37;  // up to 2^47 bytes
constexpr std::size_t small_bytes = 32 << 10;   // up to here blocks are cut from slabs and cached per thread
constexpr std::size_t small_classes = fine + 8 * 5;

struct SizeClass {
  std::size_t index, bytes;
};
SizeClass class_of(std::size_t bytes);

std::size_t physical_memory();

// The store all threads share. Whole chains come and go without a look at their blocks; a large block is a chain of
// its own.
class Store {
 public:
  void* take_large(SizeClass size);

  // Some small blocks, `wanted` at most if they are new; none if there is no memory. Those that equip a thread with its
  // first ones do not count as fresh: which thread takes part in a step is chance.
  Chain take_small(SizeClass size, std::size_t wanted, bool equips);

  void give(std::size_t index, Chain chain);
  void give_block(SizeClass size, void* block);
  void release_large();
  int64_t fresh() const { return fresh_.load(); }  // blocks that were not there and came from the system

 private:
  Chain take_chain(std::size_t index);
  void* cut(std::size_t bytes);

  std::mutex mutex_;
  std::array<std::vector<Chain>, classes> chains_;
  std::byte* slab_ = nullptr;
  std::size_t slab_left_ = 0;
  std::atomic<int64_t> fresh_{0};
};

Store& store();

}  // namespace bertlet::memory
