#include "nn/cases.h"
#include "tests/bits.h"
#include "tests/cases.h"

using namespace bertlet;

namespace {

std::vector<Case> all_cases() {
  std::vector<Case> cases = core_cases(), layers = nn_cases();
  cases.insert(cases.end(), layers.begin(), layers.end());
  return cases;
}

}  // namespace

TEST_CASE("every layer's gradient is what differences say", "[gradients]") { check_derivatives(nn_cases()); }

TEST_CASE("every layer equals its twin, accumulates, takes one tensor twice and leaks nothing", "[gradients]") {
  check_properties(nn_cases());
}

TEST_CASE("every operation of core and nn has a case and every case records its operation", "[gradients]") {
  check_complete(all_cases());
}

TEST_CASE("no two cases look alike", "[gradients]") {
  std::set<std::string> texts;
  for (const Case& c : all_cases()) {
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
