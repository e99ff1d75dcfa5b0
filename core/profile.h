#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/real.h"

namespace bertlet {

// Where time goes, operation by operation, from begin_profile() to end_profile(). An operation ends where it is
// recorded, and its gradient where its closure returns; it has begun where the one before it ended. Products and
// parallel loops report from whatever thread they run on. Without a profile a report costs one branch.
//
//   begin_profile();
//   backward(loss(model));
//   for (const OperationCost& each : end_profile()) fmt::print("{} {}\n", each.operation, each.seconds);
enum class Phase { forward, backward };

struct Work {
  double seconds = 0;             // of the clock
  double parallel = 0, busy = 0;  // of it in parallel loops; all threads' work in those
  double product_seconds = 0, product_flops = 0, product_bytes = 0;  // all threads'; operands and results counted once

  Work& operator+=(const Work& other);
};

struct OperationCost : Work {
  std::string operation;
  Phase phase;
  int64_t calls = 0;
};

void begin_profile();
std::vector<OperationCost> end_profile();  // the longest first

// What this machine's threads reach together with the chosen instruction set: measured, in about a tenth of a second.
struct MachinePeak {
  double flops, bytes;  // a second: of multiply-adds in registers, of reading memory
};
MachinePeak measure_peak();

// --- what is reported ---------------------------------------------------------------------------------------------

namespace profile {

inline std::atomic<bool> on = false;
inline bool is_on() { return on.load(std::memory_order_relaxed); }

using Clock = std::chrono::steady_clock;

void end_operation_now(std::string_view operation, Phase phase);
inline void end_operation(std::string_view operation, Phase phase) {
  if (is_on()) [[unlikely]]
    end_operation_now(operation, phase);
}

// For the length of a scope; the destructor reports.
class Product {
 public:
  Product(int64_t rows, int64_t cols, int64_t depth, double bytes) {
    if (is_on()) [[unlikely]]
      begin(2.0 * static_cast<double>(rows) * static_cast<double>(cols) * static_cast<double>(depth), bytes);
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;
  ~Product() {
    if (threads_ > 0) [[unlikely]]
      end();
  }

 private:
  void begin(double flops, double bytes);
  void end() const;

  int threads_ = 0;  // that it may use; 0: nobody asked
  Clock::time_point began_;
};

enum class Span { parallel, busy };

class Loop {
 public:
  explicit Loop(Span span) : span_(span), counts_(is_on()) {
    if (counts_) [[unlikely]]
      began_ = Clock::now();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    if (counts_) [[unlikely]]
      end();
  }

 private:
  void end() const;

  Span span_;
  bool counts_;
  Clock::time_point began_;
};

}  // namespace profile

}  // namespace bertlet
