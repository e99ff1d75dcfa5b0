#include "core/count.h"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/catch.h"

using namespace bertlet;

namespace {

// A second thread comes while the first one counts, and both go on for a while. If a step of either was lost, the count
// is not one at the end.
bool another_comes() {
  Count count;
  std::atomic<bool> done = false;
  count.up();
  std::thread other([&] {
    for (int i = 0; i < 100'000; ++i) {
      count.up();
      count.down();
    }
    done = true;
  });
  while (!done) {
    count.up();
    count.down();
  }
  other.join();
  return !count.down() && count.is_one();
}

}  // namespace

TEST_CASE("the last one to let go is told so", "[count]") {
  Count count;
  CHECK(count.is_one());
  count.up();
  count.up();
  CHECK_FALSE(count.is_one());
  CHECK_FALSE(count.down());
  CHECK_FALSE(count.down());
  CHECK(count.is_one());
  CHECK(count.down());
}

TEST_CASE("threads count together", "[count][threads]") { CHECK(another_comes()); }

// Another thread comes only once in a program, so that programs are made: run by itself this test has a first thread
// that is alone yet, and so has each of them.
TEST_CASE("no step is lost when a second thread comes", "[.][transition]") {
  for (int trial = 0; trial < 50; ++trial) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(another_comes() ? 0 : 1);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
}
