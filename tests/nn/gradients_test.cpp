#include <algorithm>
#include <set>

#include "nn/check/cases.h"
#include "tests/bits.h"

using namespace bertlet;

TEST_CASE("every layer's gradient is what differences say", "[gradients]") {
  if constexpr (sizeof(real) < 8) return;
  for (const Case& c : nn_cases()) {
    INFO(c.text());
    const GradcheckReport report = gradcheck(c.f, c.draw());
    INFO(report.text());
    CHECK(report.passed);
    CHECK(report.derivatives > 0);
  }
}

TEST_CASE("every layer equals its twin, accumulates, takes one tensor twice and leaks nothing", "[gradients]") {
  for (const Case& c : nn_cases()) {
    INFO(c.text());
    CHECK(wrong_value(c) == "");
    CHECK(wrong_accumulation(c) == "");
    CHECK(wrong_alias(c) == "");
    CHECK(leak(c) == "");
  }
}

TEST_CASE("every operation of core and nn has a case and every case records its operation", "[gradients]") {
  std::set<std::string> in_table;
  for (const auto& cases : {core_cases(), nn_cases()})
    for (const Case& c : cases) in_table.insert(c.operation);
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

TEST_CASE("no two cases look alike", "[gradients]") {
  std::set<std::string> texts;
  for (const auto& cases : {core_cases(), nn_cases()})
    for (const Case& c : cases) {
      INFO(c.text());
      CHECK(texts.insert(c.operation + " " + c.inputs_text() + " " + c.note).second);
    }
}

TEST_CASE("every layer gives the same bits with any number of threads", "[bits][threads]") {
  for (const Case& c : nn_cases()) {
    INFO(c.text());
    check_bits(c.f, bits_inputs(c));
  }
}
