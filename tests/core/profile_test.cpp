#include "core/profile.h"

#include <algorithm>
#include <thread>

#include "core/autograd.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

const OperationCost* find(const std::vector<OperationCost>& costs, std::string_view operation, Phase phase) {
  const auto found = std::ranges::find_if(
      costs, [&](const OperationCost& each) { return each.operation == operation && each.phase == phase; });
  return found == costs.end() ? nullptr : &*found;
}

// [4, 3] times [3, 5], and its gradients.
void multiply() {
  const Tensor a = Tensor::parameter(Array::filled({4, 3}, 1)), b = Tensor::parameter(Array::filled({3, 5}, 1));
  backward(sum(matmul(a, b)));
}

}  // namespace

TEST_CASE("A profile counts operations, their gradients and their products", "[profile]") {
  begin_profile();
  multiply();
  multiply();
  const std::vector<OperationCost> costs = end_profile();
  REQUIRE(costs.size() == 4);
  const OperationCost* forward = find(costs, "matmul", Phase::forward);
  const OperationCost* gradient = find(costs, "matmul", Phase::backward);
  REQUIRE(forward);
  REQUIRE(gradient);
  CHECK(forward->calls == 2);
  CHECK(forward->product_flops == 2 * (2 * 4 * 3 * 5));
  CHECK(gradient->product_flops == 2 * 2 * (2 * 4 * 3 * 5));
  CHECK(forward->product_bytes == 2 * (12 + 15 + 20) * sizeof(real));
  CHECK(forward->product_seconds > 0);
  const OperationCost* summed = find(costs, "sum", Phase::forward);
  REQUIRE(summed);
  CHECK(summed->product_flops == 0);
  CHECK(std::ranges::is_sorted(costs, std::greater(), &OperationCost::seconds));
}

TEST_CASE("A profile's times add up to no more than the clock's", "[profile]") {
  const auto began = profile::Clock::now();
  begin_profile();
  for (int i = 0; i < 50; ++i) multiply();
  const std::vector<OperationCost> costs = end_profile();
  const std::chrono::duration<double> passed = profile::Clock::now() - began;
  Work all;
  for (const OperationCost& each : costs) all += each;
  CHECK(all.seconds <= passed.count());
  CHECK(all.seconds > 0);
}

TEST_CASE("Threads at work in parallel loops are counted, the caller among them", "[profile][threads]") {
  set_threads(2);
  begin_profile();
  parallel_each(8, 1, [](int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
  profile::end_operation("loop", Phase::forward);
  const std::vector<OperationCost> costs = end_profile();
  set_threads(0);
  REQUIRE(costs.size() == 1);
  CHECK(costs[0].busy >= 0.016);
  CHECK(costs[0].busy <= 2 * costs[0].parallel);
  CHECK(costs[0].parallel <= costs[0].seconds);
}

TEST_CASE("Other threads' operations are not in a profile", "[profile][threads]") {
  begin_profile();
  std::thread(multiply).join();
  CHECK(end_profile().empty());
}

TEST_CASE("A profile begins once and ends once", "[profile]") {
  CHECK_THROWS_WITH(end_profile(), "end_profile: none has begun");
  begin_profile();
  CHECK_THROWS_WITH(begin_profile(), "begin_profile: one has begun already");
  CHECK(end_profile().empty());
}

TEST_CASE("A machine multiplies and reads", "[profile]") {
  const MachinePeak peak = measure_peak();
  CHECK(peak.bytes > 1e8);
  CHECK(peak.flops > 1e9);
}
