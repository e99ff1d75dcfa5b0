#include "core/parallel.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

using Blocks = std::multiset<std::pair<int64_t, int64_t>>;

struct Threads {  // this many until the end of the scope
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(0); }
};

Blocks blocks_of(int64_t n, int64_t grain) {
  Blocks blocks;
  std::mutex mutex;
  parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    const std::lock_guard lock(mutex);
    blocks.emplace(begin, end);
  });
  return blocks;
}

void wait_a_moment() { std::this_thread::sleep_for(std::chrono::microseconds(300)); }

}  // namespace

TEST_CASE("the blocks of a parallel_for depend on n and grain alone", "[threads]") {
  for (const int count : {1, 2, 3, 8}) {
    const Threads scope(count);
    REQUIRE(threads() == count);
    CHECK(blocks_of(0, 4).empty());
    CHECK(blocks_of(3, 4) == Blocks{{0, 3}});
    CHECK(blocks_of(4, 4) == Blocks{{0, 4}});
    CHECK(blocks_of(10, 4) == Blocks{{0, 4}, {4, 8}, {8, 10}});
    CHECK(blocks_of(1000, 1).size() == 1000);
  }
}

TEST_CASE("blocks near the end of the integers do not overflow", "[threads]") {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  CHECK(blocks_of(most, most / 2) == Blocks{{0, most / 2}, {most / 2, most - 1}, {most - 1, most}});
  CHECK(blocks_of(most, most) == Blocks{{0, most}});
}

TEST_CASE("one thread runs the blocks in order", "[threads]") {
  const Threads scope(1);
  std::vector<int64_t> begins;
  parallel_for(10, 3, [&](int64_t begin, int64_t) { begins.push_back(begin); });
  CHECK(begins == std::vector<int64_t>{0, 3, 6, 9});
}

TEST_CASE("every element is visited once, many times over and with any pool", "[threads]") {
  for (const int count : {2, 3, 8, 2}) {
    const Threads scope(count);
    std::vector<int> visits(997);
    for (int round = 0; round < 300; ++round) {
      parallel_for(997, 1 + round % 50, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++visits[to_size(i)];
      });
      if (round % 100 == 0) wait_a_moment();  // the workers fall asleep
    }
    CHECK(visits == std::vector<int>(997, 300));
  }
}

TEST_CASE("blocks do run at the same time", "[threads]") {
  const Threads scope(2);
  std::atomic<int> started = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  parallel_for(2, 1, [&](int64_t, int64_t) {
    for (++started; started < 2 && std::chrono::steady_clock::now() < deadline;) std::this_thread::yield();
  });
  CHECK(std::chrono::steady_clock::now() < deadline);  // each waited for the other
}

TEST_CASE("a parallel_for inside a parallel_for runs where it stands", "[threads]") {
  const Threads scope(3);
  std::atomic<int64_t> sum = 0;
  parallel_for(20, 1, [&](int64_t outer, int64_t) {
    const auto here = std::this_thread::get_id();
    parallel_for(10, 2, [&](int64_t begin, int64_t end) {
      if (std::this_thread::get_id() != here) sum = -1'000'000;
      for (int64_t i = begin; i < end; ++i) sum += outer * 10 + i;
    });
  });
  CHECK(sum == 199 * 200 / 2);
}

TEST_CASE("the first exception reaches the caller and the pool lives on", "[threads]") {
  for (const int count : {1, 3}) {
    const Threads scope(count);
    for (int round = 0; round < 50; ++round) {
      CHECK_THROWS_WITH(parallel_for(100, 1,
                                     [](int64_t begin, int64_t) {
                                       if (begin % 10 == 7) throw std::runtime_error("seven");
                                     }),
                        "seven");
      CHECK(blocks_of(10, 1).size() == 10);
    }
  }
}

TEST_CASE("several threads may call parallel_for at once", "[threads]") {
  const Threads scope(2);
  std::atomic<int64_t> sum = 0;
  const auto work = [&] {
    for (int round = 0; round < 200; ++round)
      parallel_for(64, 4, [&](int64_t begin, int64_t end) { sum += end - begin; });
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) callers.emplace_back(work);
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 3 * 200 * 64);
}

TEST_CASE("wrong arguments are errors", "[threads]") {
  const auto nothing = [](int64_t, int64_t) {};
  CHECK_THROWS_AS(parallel_for(4, 0, nothing), Error);
  CHECK_THROWS_AS(parallel_for(-1, 4, nothing), Error);
  CHECK_THROWS_AS(set_threads(-1), Error);
  CHECK_THROWS_AS(parallel_for(1000, 1, [](int64_t, int64_t) { set_threads(2); }), Error);
}

#if defined(__x86_64__) || defined(__aarch64__)
TEST_CASE("denormals are zero on every thread that computes", "[threads]") {
  const Threads scope(3);
  std::atomic<int> denormals = 0;
  parallel_for(300, 1, [&](int64_t, int64_t) {
    volatile real tiny = std::numeric_limits<real>::min();
    tiny = tiny / 2;
    if (tiny != 0) ++denormals;
  });
  CHECK(denormals == 0);
}
#endif
