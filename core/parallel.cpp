#include "core/parallel.h"

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/profile.h"
#include "core/require.h"

namespace bertlet {
namespace {

constexpr int most_threads = 1024;
constexpr auto patience = std::chrono::microseconds(50);  // of a worker without work, before it sleeps
constexpr auto caller_patience = std::chrono::milliseconds(1);

// The pool's state is one word: the job's number, whether the job is open, whether the workers shall end, and how many
// of them are at work. So a worker joins in one atomic step.
//
//   caller   deal out shares ─▶ next number, open ─▶ own share, then others' ─▶ close ─▶ wait until nobody is at work
//   worker   wait for another number ─▶ join (one more at work) ─▶ own share, then others' ─▶ leave (one fewer) ─▶ wait
//   …
//                                    └▶ closed already: wait …
//
// A worker that comes too late is not waited for: it may have slept, or the system may have taken its core. Who waits
// spins for a while before it sleeps, so that kernels that follow each other start at once. The number wraps around: a
// worker that slept through that many jobs misses one more, which is done without it.
using Word = std::uint32_t;
constexpr Word one_worker = 1, workers_mask = 0x7ff, open = 0x800, ending = 0x1000, one_job = 0x2000;
constexpr Word job_mask = ~(one_job - 1);

thread_local bool inside_block = false;

int cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::min(CPU_COUNT(&allowed), most_threads);
#endif
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, most_threads);
}

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Returns the word that was ready.
template <class Ready>
Word wait_until(const std::atomic<Word>& word, std::chrono::nanoseconds spin, Ready ready) {
  const auto deadline = std::chrono::steady_clock::now() + spin;
  Word seen = word.load(std::memory_order_acquire);
  do {
    for (int i = 0; i < 32 && !ready(seen); ++i, seen = word.load(std::memory_order_acquire)) relax();
    if (ready(seen)) return seen;
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < deadline);
  for (; !ready(seen); seen = word.load(std::memory_order_acquire)) word.wait(seen);
  return seen;
}

struct Job {
  int64_t n, grain, blocks;
  BlockFunction function;
  const void* context;

  void run(int64_t block) const {
    const int64_t begin = block * grain;
    function(context, begin, begin + std::min(grain, n - begin));
  }
  void run_all() const {
    for (int64_t block = 0; block < blocks; ++block) run(block);
  }
};

// Each thread has a share of the blocks, side by side, and helps the others when it is done. Kernels that follow each
// other over the same memory thus find most of it in the cache of the thread that last wrote it.
struct alignas(64) Share {
  std::atomic<int64_t> next = 0;  // the first block that nobody has claimed
  int64_t end = 0;
};

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { end_workers(); }

  int threads() const { return threads_; }
  void resize(int count);
  void run(const Job& job);

 private:
  void start_workers();
  void end_workers();
  void work(std::size_t thread);
  Word join(Word seen);
  void leave();
  void share(const Job& job);
  void deal_out();
  void run_shares(std::size_t first);

  std::atomic<int> threads_ = cores();
  std::mutex in_use_;  // held by the thread whose job it is
  std::vector<std::thread> workers_;
  std::vector<Share> shares_;  // the caller's, then the workers'
  Job job_{};                  // like the shares and the error written while the word is closed and nobody is at work
  std::exception_ptr error_;
  std::atomic<bool> failed_ = false;
  alignas(64) std::atomic<Word> word_ = 0;
};

// A system that refuses another thread leaves us with fewer.
void Pool::start_workers() {
  try {
    while (std::ssize(workers_) + 1 < threads_) workers_.emplace_back(&Pool::work, this, workers_.size() + 1);
  } catch (const std::system_error&) {
    threads_ = static_cast<int>(workers_.size()) + 1;
  }
  shares_ = std::vector<Share>(workers_.size() + 1);
}

void Pool::end_workers() {
  word_.fetch_or(ending, std::memory_order_release);
  word_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
  word_.fetch_and(~ending, std::memory_order_relaxed);
}

void Pool::resize(int count) {
  const std::lock_guard lock(in_use_);
  if (count == threads_) return;
  end_workers();
  threads_ = count;
}

void Pool::work(std::size_t thread) {
  flush_denormals();
  inside_block = true;
  Word last = 0;
  while (true) {
    const Word seen = wait_until(word_, patience, [&](Word w) { return (w & job_mask) != last || (w & ending) != 0; });
    if ((seen & ending) != 0) return;
    const Word joined = join(seen);
    last = joined & job_mask;
    if ((joined & open) == 0) continue;
    run_shares(thread);
    leave();
  }
}

// Joins the job that can be joined now, if there is one: returns the word as it was, open if we are in.
Word Pool::join(Word seen) {
  while ((seen & open) != 0 && !word_.compare_exchange_weak(seen, seen + one_worker, std::memory_order_acq_rel)) {
  }
  return seen;
}

void Pool::leave() {
  const Word before = word_.fetch_sub(one_worker, std::memory_order_acq_rel);
  if ((before & (open | workers_mask)) == one_worker) word_.notify_all();  // the caller may be asleep
}

void Pool::run(const Job& job) {
  const std::unique_lock lock(in_use_, std::try_to_lock);
  if (!lock) return job.run_all();  // another thread's job has the workers
  if (workers_.empty()) start_workers();
  const profile::Loop loop(profile::Span::parallel);
  share(job);
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Pool::share(const Job& job) {
  job_ = job;
  failed_.store(false, std::memory_order_relaxed);
  deal_out();
  word_.store((word_.load(std::memory_order_relaxed) + one_job) | open, std::memory_order_release);
  word_.notify_all();
  inside_block = true;
  run_shares(0);
  inside_block = false;
  word_.fetch_and(~open, std::memory_order_acq_rel);
  wait_until(word_, caller_patience, [](Word w) { return (w & workers_mask) == 0; });
}

void Pool::deal_out() {
  const auto count = std::ssize(shares_), least = job_.blocks / count, extra = job_.blocks % count;
  int64_t end = 0;
  for (int64_t i = 0; i < count; ++i) {
    Share& share = shares_[to_size(i)];
    share.next.store(end, std::memory_order_relaxed);
    share.end = end += least + (i < extra ? 1 : 0);
  }
}

// The thread's own share first. After an error the rest is skipped.
void Pool::run_shares(std::size_t first) try {
  const profile::Loop loop(profile::Span::busy);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    Share& share = shares_[(first + i) % shares_.size()];
    while (!failed_.load(std::memory_order_relaxed)) {
      const int64_t block = share.next.fetch_add(1, std::memory_order_relaxed);
      if (block >= share.end) break;
      job_.run(block);
    }
  }
} catch (...) {
  if (!failed_.exchange(true)) error_ = std::current_exception();
}

Pool& pool() {
  static Pool the_pool;
  return the_pool;
}

}  // namespace

void run_blocks(int64_t n, int64_t grain, BlockFunction function, const void* context) {
  require(n >= 0 && grain > 0, "parallel_for: got n = {} and grain = {}, want n >= 0 and grain > 0", n, grain);
  if (n == 0) return;
  flush_denormals();
  const Job job{n, grain, (n - 1) / grain + 1, function, context};
  if (inside_block || pool().threads() == 1) return job.run_all();
  pool().run(job);
}

void set_threads(int count) {
  require(count >= 0 && count <= most_threads, "set_threads: got {}, want 0 to {}", count, most_threads);
  require(!inside_block, "set_threads: called inside a parallel_for");
  pool().resize(count == 0 ? cores() : count);
}

int threads() { return pool().threads(); }

int free_threads() { return inside_block ? 1 : threads(); }

void flush_denormals() {
  thread_local bool done = false;
  if (done) return;
  done = true;
#if defined(__x86_64__)
  constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x40;
  _mm_setcsr(_mm_getcsr() | flush_to_zero | denormals_are_zero);
#elif defined(__aarch64__)
  constexpr std::uint64_t flush_to_zero = std::uint64_t{1} << 24;
  std::uint64_t control;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control | flush_to_zero));
#endif
}

}  // namespace bertlet
