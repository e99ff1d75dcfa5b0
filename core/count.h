#pragma once
#include <atomic>
#include <cstdint>

namespace bertlet {

// How many hold something; born with one. Steps are plain as long as one thread of the program has ever counted, and
// atomic from the moment another one does. An atomic step waits for all writes before it; a graph of small operations
// would spend a third of its time so.
//
// The lone thread says that it counts, then looks whether another one has come. That one says so, has the system run a
// barrier in every thread of the program, and waits until the lone one is not counting: whoever of the two spoke second
// has seen what the other said.
class Count {
 public:
  void up() {
    if (begin_plain()) {
      count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      end_plain();
    } else {
      count_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  // True for the last one, who needs no atomic step: nobody else can come.
  bool down() {
    if (is_one()) return true;
    if (!begin_plain()) return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    count_.store(count_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    end_plain();
    return false;
  }

  bool is_one() const { return count_.load(std::memory_order_acquire) == 1; }

 private:
  enum class Role : unsigned char { unknown, lone, one_of_many };

  static bool begin_plain() {
    if (role_ != Role::lone) [[unlikely]] {
      if (role_ == Role::unknown) settle();
      return false;
    }
    counting_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (!crowd_.load(std::memory_order_relaxed)) [[likely]]
      return true;
    end_plain();
    return false;
  }
  static void end_plain() { counting_.store(false, std::memory_order_release); }
  static void settle();  // this thread's role, from its next step on

  static inline constinit thread_local Role role_ = Role::unknown;
  static inline constinit std::atomic<bool> counting_{false};  // the lone thread is at it
  static inline constinit std::atomic<bool> crowd_{false};     // another thread has come

  std::atomic<std::int32_t> count_{1};
};

}  // namespace bertlet
