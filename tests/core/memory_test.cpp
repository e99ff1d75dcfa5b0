#include "core/memory.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "tests/catch.h"

using namespace bertlet;

namespace {

// The largest size that is served from the block of a size just given back.
std::size_t reach_of(std::size_t bytes) {
  std::size_t reach = bytes;
  for (;; ++reach) {
    void* first = take_memory(bytes);
    give_memory(first, bytes);
    void* second = take_memory(reach + 1);
    give_memory(second, reach + 1);
    if (first != second) return reach;
  }
}

std::vector<void*> take(int count, std::size_t bytes) {
  std::vector<void*> blocks;
  for (int i = 0; i < count; ++i) blocks.push_back(take_memory(bytes));
  return blocks;
}

void give(const std::vector<void*>& blocks, std::size_t bytes) {
  for (void* block : blocks) give_memory(block, bytes);
}

}  // namespace

TEST_CASE("a block given back is the next one taken") {
  for (const std::size_t bytes : std::initializer_list<std::size_t>{1, 64, 1000, 5000, 40'000, 3'000'000}) {
    void* first = take_memory(bytes);
    give_memory(first, bytes);
    const MemoryMark mark;
    void* second = take_memory(bytes);
    CHECK(second == first);
    CHECK(mark.fresh() == 0);
    CHECK(mark.live() == static_cast<int64_t>(bytes));
    give_memory(second, bytes);
    CHECK(mark.live() == 0);
  }
}

TEST_CASE("sizes are rounded up by at most an eighth, beyond 1 KiB") {
  CHECK(reach_of(1) == 64);
  CHECK(reach_of(65) == 128);
  CHECK(reach_of(1024) == 1024);
  CHECK(reach_of(1025) == 1152);
  CHECK(reach_of(1153) == 1280);
  CHECK(reach_of(2049) == 2304);
  CHECK(reach_of(8193) == 9216);
  CHECK(reach_of(36'865) == 40'960);
  for (const std::size_t bytes : std::initializer_list<std::size_t>{1025, 3000, 10'000, 31'000, 33'000, 70'000})
    CHECK(reach_of(bytes) <= bytes * 9 / 8);
}

TEST_CASE("blocks are aligned to 64 bytes and do not overlap") {
  for (const std::size_t bytes :
       std::initializer_list<std::size_t>{0, 1, 63, 64, 100, 1025, 32'768, 32'769, 1'000'000, 5'000'000}) {
    const auto blocks = take(5, bytes);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      REQUIRE(blocks[i] != nullptr);
      CHECK(reinterpret_cast<std::uintptr_t>(blocks[i]) % 64 == 0);
      std::memset(blocks[i], static_cast<int>(i) + 1, bytes);
    }
    for (std::size_t i = 0; i < blocks.size() && bytes > 0; ++i) {
      const auto* block = static_cast<const unsigned char*>(blocks[i]);
      CHECK(block[0] == i + 1);
      CHECK(block[bytes - 1] == i + 1);
    }
    give(blocks, bytes);
  }
}

TEST_CASE("what no machine has is not there") {
  const MemoryMark mark;
  CHECK(take_memory(std::size_t{1} << 50) == nullptr);
  CHECK(take_memory(SIZE_MAX) == nullptr);
  CHECK(mark.live() == 0);
}

TEST_CASE("free blocks can go back to the system") {
  constexpr std::size_t bytes = 3'000'000;
  give(take(1, bytes), bytes);
  release_unused_memory();
  const MemoryMark mark;
  give(take(1, bytes), bytes);
  CHECK(mark.fresh() == 1);
}

TEST_CASE("what a thread held is there for others when it has ended", "[threads]") {
  for (const std::size_t bytes : std::initializer_list<std::size_t>{200, 24'000, 200'000}) {
    constexpr int count = 64;
    std::thread([&] { give(take(count, bytes), bytes); }).join();
    const MemoryMark mark;
    const auto blocks = take(count, bytes);
    CHECK(mark.fresh() == 0);
    give(blocks, bytes);
  }
}

TEST_CASE("a block may be given back by another thread than took it", "[threads]") {
  const MemoryMark mark;
  const auto blocks = take(1000, 500);
  std::thread([&] { give(blocks, 500); }).join();
  CHECK(mark.live() == 0);
}

TEST_CASE("of thousands of blocks each comes back once, in whatever order they went", "[threads]") {
  constexpr std::size_t bytes = 320;
  auto blocks = take(5000, bytes);
  for (std::size_t i = 0; i < blocks.size(); i += 2) std::swap(blocks[i], blocks[i * 7 % blocks.size()]);
  give(blocks, bytes);
  const MemoryMark mark;
  auto again = take(5000, bytes);
  CHECK(mark.fresh() == 0);
  std::ranges::sort(blocks);
  std::ranges::sort(again);
  CHECK(again == blocks);
  give(again, bytes);
}

TEST_CASE("every block that was not there counts as fresh") {
  constexpr std::size_t bytes = 31'000;
  give(take(500, bytes), bytes);
  release_unused_memory();
  const MemoryMark mark;
  give(take(500, bytes), bytes);
  CHECK(mark.fresh() == 500);
  const MemoryMark again;
  give(take(500, bytes), bytes);
  CHECK(again.fresh() == 0);
}

namespace {
struct LateUser {
  ~LateUser() { give(take(3, 700), 700); }
};
}  // namespace

TEST_CASE("a thread at its end still takes and gives", "[threads]") {
  const auto at_work = [] {
    thread_local LateUser late;  // made before the thread's own blocks, so it ends after them
    static_cast<void>(late);
    give(take(10, 700), 700);
  };
  std::thread(at_work).join();
  const MemoryMark mark;
  std::thread(at_work).join();
  CHECK(mark.fresh() == 0);
  CHECK(mark.live() == 0);
}

TEST_CASE("many threads take and give at once", "[threads]") {
  const MemoryMark mark;
  const auto work = [](int seed) {
    std::vector<std::pair<void*, std::size_t>> held;
    for (int i = 0; i < 20'000; ++i) {
      const auto bytes = to_size((i * 7919 + seed * 104'729) % 70'000 + 1);
      void* block = take_memory(bytes);
      std::memset(block, seed, bytes < 64 ? bytes : 64);
      held.emplace_back(block, bytes);
      if (i % 3 != 0) {
        auto& oldest = held[held.size() / 2];
        give_memory(oldest.first, oldest.second);
        oldest = held.back();
        held.pop_back();
      }
      if (held.size() < 200) continue;
      for (const auto& [other, size] : held) give_memory(other, size);
      held.clear();
    }
    for (const auto& [block, bytes] : held) give_memory(block, bytes);
  };
  std::vector<std::thread> threads;
  for (int seed = 1; seed <= 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  CHECK(mark.live() == 0);
}
