#include "core/count.h"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <thread>

namespace bertlet {

namespace {

#if defined(__linux__)
long membarrier(int command) { return syscall(SYS_membarrier, command, 0); }

bool has_barriers() {
  constexpr long needed = MEMBARRIER_CMD_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
  const long commands = membarrier(MEMBARRIER_CMD_QUERY);
  return commands > 0 && (commands & needed) == needed;
}

// What is there can still want memory for the moment.
void barrier_in_all_threads() {
  while (membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0 ||
         membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
    std::this_thread::yield();
}
#else
bool has_barriers() { return false; }
void barrier_in_all_threads() {}
#endif

}  // namespace

// The first thread counts alone, if the system has such barriers. All others wait until the first of them is known to
// it, which takes some milliseconds.
void Count::settle() {
  static const bool barriers = has_barriers();
  static std::atomic<bool> has_lone_thread{!barriers};
  if (!has_lone_thread.exchange(true)) {
    role_ = Role::lone;
    return;
  }
  static const bool crowd_is_known = [] {
    crowd_.store(true);
    if (barriers) barrier_in_all_threads();
    while (counting_.load(std::memory_order_acquire)) std::this_thread::yield();
    return true;
  }();
  static_cast<void>(crowd_is_known);
  role_ = Role::one_of_many;
}

}  // namespace bertlet
