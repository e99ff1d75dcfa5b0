#pragma once
#include <algorithm>
#include <set>

#include "core/check/case.h"
#include "tests/catch.h"

// What holds for every table of cases.
namespace bertlet {

// In double central differences prove every derivative; in float the same table checks what does not need them.
inline void check_derivatives(const std::vector<Case>& cases) {
  if constexpr (sizeof(real) < 8) return;
  for (const Case& c : cases) {
    INFO(c.text());
    const GradcheckReport report = gradcheck(c.f, c.draw());
    INFO(report.text());
    CHECK(report.passed);
    CHECK(report.derivatives > 0);
  }
}

inline void check_properties(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    INFO(c.text());
    CHECK(wrong_value(c) == "");
    CHECK(wrong_accumulation(c) == "");
    CHECK(wrong_alias(c) == "");
    CHECK(leak(c) == "");
  }
}

// Every operation this program knows stands in the table, and every case records the operation it names.
inline void check_complete(const std::vector<Case>& cases) {
  std::set<std::string> in_table;
  for (const Case& c : cases) in_table.insert(c.operation);
  const std::vector<std::string> recorded = recorded_operations();
  for (const std::string& operation : recorded) {
    if (operation.starts_with("test_")) continue;  // made by tests
    INFO("recorded: " << operation);
    CHECK(in_table.contains(operation));
  }
  for (const std::string& operation : in_table) {
    INFO("in the table: " << operation);
    CHECK(std::ranges::binary_search(recorded, operation));
  }
}

}  // namespace bertlet
