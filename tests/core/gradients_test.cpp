#include "tests/cases.h"

using namespace bertlet;

TEST_CASE("every operation's gradient is what differences say", "[gradients]") { check_derivatives(core_cases()); }

TEST_CASE("every operation equals its twin, accumulates, takes one tensor twice and leaks nothing", "[gradients]") {
  check_properties(core_cases());
}

TEST_CASE("every recorded operation has a case and every case records its operation", "[gradients]") {
  check_complete(core_cases());
}
