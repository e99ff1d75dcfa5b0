#include <algorithm>
#include <set>

#include "core/check/case.h"
#include "tests/catch.h"

using namespace bertlet;

// In double central differences prove every derivative; in float the same table checks what does not need them.
TEST_CASE("every operation's gradient is what differences say", "[gradients]") {
  if constexpr (sizeof(real) < 8) return;
  for (const Case& c : core_cases()) {
    INFO(c.text());
    const GradcheckReport report = gradcheck(c.f, c.draw());
    INFO(report.text());
    CHECK(report.passed);
    CHECK(report.derivatives > 0);
  }
}

TEST_CASE("every operation equals its twin, accumulates, takes one tensor twice and leaks nothing", "[gradients]") {
  for (const Case& c : core_cases()) {
    INFO(c.text());
    CHECK(wrong_value(c) == "");
    CHECK(wrong_accumulation(c) == "");
    CHECK(wrong_alias(c) == "");
    CHECK(leak(c) == "");
  }
}

TEST_CASE("every recorded operation has a case and every case records its operation", "[gradients]") {
  std::set<std::string> in_table;
  for (const Case& c : core_cases()) in_table.insert(c.operation);
  for (const std::string& operation : recorded_operations()) {
    if (operation.starts_with("test_")) continue;  // made by these tests
    INFO("recorded: " << operation);
    CHECK(in_table.contains(operation));
  }
  const std::vector<std::string> recorded = recorded_operations();
  for (const std::string& operation : in_table) {
    INFO("in the table: " << operation);
    CHECK(std::ranges::binary_search(recorded, operation));
  }
}
