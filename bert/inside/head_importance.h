#pragma once
#include "bert/tasks/fine_tuned.h"
#include "core/real.h"

// Which heads of a fine-tuned model matter (Michel et al. 2019, "Are sixteen heads really better than one?"). What a
// head sees is multiplied by ξ, which is 1; how much the loss of an example would change with it is the head's
// importance there.
//
//   const HeadTable importance = head_importance(model, *data);
//   const std::vector<Head> order = least_important(importance, model.network->config());
//   model.head_mask = mask_without(model.network->config(), by_layer({order.begin(), order.begin() + 10}));
namespace bertlet::inside {

struct Head {
  int64_t layer, head;
};

struct HeadTable {
  int64_t layers, heads;        // L and A
  std::vector<double> numbers;  // [L, A]; 0 of heads that are pruned

  double at(const Head& head) const { return numbers[to_size(head.layer * heads + head.head)]; }
};

// E |∂L/∂ξ| over examples with a label, each by itself: gradients of opposite signs do not cancel.
using ExamplesDone = std::function<void(int64_t examples)>;
HeadTable head_importance(const tasks::FineTuned& model, const tasks::Data& data, const ExamplesDone& done = {});

HeadTable normalised(HeadTable table);  // each layer to length 1

// Heads that can go, the least important first; of each layer the most important one stays.
std::vector<Head> least_important(const HeadTable& importance, const bert::Config& config);

bert::HeadsByLayer by_layer(const std::vector<Head>& heads);
Tensor mask_without(const bert::Config& config, const bert::HeadsByLayer& heads);  // [L, A]: 0 at these

// Measures with more and more heads masked.
struct CurvePoint {
  int64_t gone;  // heads
  metrics::Measures measures;
};
std::vector<CurvePoint> head_curve(tasks::FineTuned& model, const tasks::Data& data, const std::vector<Head>& order,
                                   int64_t points, const ExamplesDone& done = {});

}  // namespace bertlet::inside
