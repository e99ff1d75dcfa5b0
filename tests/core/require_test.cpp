#include "core/require.h"

#include "tests/catch.h"

using bertlet::Error;

TEST_CASE("an error is one line, as long as people read") {
  CHECK(std::string(Error("a\tb\nc").what()) == "a b c");
  const std::string text(3999, 'a');
  CHECK(Error(text + "b").what() == text + "b");
  CHECK(Error(text + "bc").what() == text + "b …");
  CHECK(Error(text + "é").what() == text + " …");  // no half of a letter
}
