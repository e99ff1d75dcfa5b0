#include "core/profile.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "core/array.h"
#include "core/kernels/peak.h"
#include "core/kernels/rows.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

double since(profile::Clock::time_point began) {
  return std::chrono::duration<double>(profile::Clock::now() - began).count();
}

// What threads have reported since the last operation ended.
struct Counters {
  std::atomic<double> parallel = 0, busy = 0, product_seconds = 0, product_flops = 0, product_bytes = 0;

  Work taken() {
    return {0,
            parallel.exchange(0),
            busy.exchange(0),
            product_seconds.exchange(0),
            product_flops.exchange(0),
            product_bytes.exchange(0)};
  }
};
Counters counters;

// Written by the thread that began it.
struct Running {
  std::thread::id thread;
  profile::Clock::time_point last;
  std::vector<OperationCost> costs;
};
Running running;

OperationCost& cost_of(std::string_view operation, Phase phase) {
  const auto known = std::ranges::find_if(
      running.costs, [&](const OperationCost& each) { return each.operation == operation && each.phase == phase; });
  if (known != running.costs.end()) return *known;
  return running.costs.emplace_back(OperationCost{{}, std::string(operation), phase});
}

}  // namespace

Work& Work::operator+=(const Work& other) {
  seconds += other.seconds;
  parallel += other.parallel;
  busy += other.busy;
  product_seconds += other.product_seconds;
  product_flops += other.product_flops;
  product_bytes += other.product_bytes;
  return *this;
}

void begin_profile() {
  require(!profile::is_on(), "begin_profile: one has begun already");
  counters.taken();
  running = {std::this_thread::get_id(), profile::Clock::now(), {}};
  profile::on = true;
}

std::vector<OperationCost> end_profile() {
  require(profile::is_on(), "end_profile: none has begun");
  profile::on = false;
  std::vector<OperationCost> costs = std::exchange(running.costs, {});
  std::ranges::sort(costs, std::greater(), &OperationCost::seconds);
  return costs;
}

namespace profile {

void end_operation_now(std::string_view operation, Phase phase) {
  if (std::this_thread::get_id() != running.thread) return;
  const Clock::time_point now = Clock::now();
  OperationCost& cost = cost_of(operation, phase);
  Work work = counters.taken();
  work.seconds = std::chrono::duration<double>(now - std::exchange(running.last, now)).count();
  cost += work;
  ++cost.calls;
}

void Product::begin(double flops, double bytes) {
  counters.product_flops += flops;
  counters.product_bytes += bytes;
  threads_ = free_threads();
  began_ = Clock::now();
}

void Product::end() const { counters.product_seconds += threads_ * since(began_); }

void Loop::end() const { (span_ == Span::busy ? counters.busy : counters.parallel) += since(began_); }

}  // namespace profile

namespace {

// The best of some short runs: a machine that others use too shows what it can only at times.
template <class F>
double best_rate(double amount, const F& f) {
  double best = 0;
  for (int i = 0; i < 8; ++i) {
    const auto began = profile::Clock::now();
    f();
    best = std::max(best, amount / since(began));
  }
  return best;
}

double multiply_add_rate() {
  constexpr int64_t rounds = 1 << 20;
  const int64_t blocks = threads();
  std::atomic<real> sink = 0;
  const double flops = static_cast<double>(blocks * rounds * peak_kernels().operations);
  return best_rate(flops, [&] {
    parallel_each(blocks, 1, [&](int64_t i) { sink = peak_kernels().multiply_add(rounds, static_cast<real>(i)); });
  });
}

// More numbers than caches hold.
double read_rate() {
  constexpr int64_t cols = 1 << 14, rows = (1 << 28) / (cols * sizeof(real));
  const Array x = Array::filled({rows, cols}, 1, "measure_peak");
  Array y({rows}, "measure_peak");
  return best_rate(static_cast<double>(x.size()) * sizeof(real), [&] {
    parallel_for(rows, 64, [&](int64_t begin, int64_t end) {
      row_kernels().sum(x.data() + begin * cols, y.data() + begin, end - begin, cols);
    });
  });
}

}  // namespace

MachinePeak measure_peak() { return {multiply_add_rate(), read_rate()}; }

}  // namespace bertlet
