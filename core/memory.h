#pragma once
#include <cstddef>

#include "core/real.h"

namespace bertlet {

// Memory comes from a pool and goes back to it, never to the system: a training step asks for the same blocks again
// and again, and from the second step on finds them all here.
void* take_memory(std::size_t bytes);              // aligned to 64 bytes, contents arbitrary; nullptr if there is none
void give_memory(void* block, std::size_t bytes);  // with the size it was taken with
void release_unused_memory();                      // the pool's free blocks go back to the system

struct MemoryUse {
  int64_t live = 0;   // bytes taken and not yet given back
  int64_t peak = 0;   // the most that ever lived at once, since reset_peak()
  int64_t fresh = 0;  // how many blocks the pool could not serve from what it had
};
MemoryUse memory_use();
void reset_peak();

// What has happened since: `MemoryMark mark; step(); mark.fresh()` is 0 from the second identical step on.
class MemoryMark {
 public:
  int64_t fresh() const { return memory_use().fresh - start_.fresh; }
  int64_t live() const { return memory_use().live - start_.live; }

 private:
  MemoryUse start_ = memory_use();
};

}  // namespace bertlet
