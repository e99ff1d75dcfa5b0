#include "bert/inside/head_importance.h"

#include <algorithm>
#include <cmath>

#include "bert/tasks/finetuning.h"
#include "core/autograd.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

std::vector<const tasks::Item*> items_of(const tasks::Data& data, int64_t example) {
  std::vector<const tasks::Item*> to;
  for (int64_t i = first_item(data, example); i < first_item(data, example + 1); ++i)
    to.push_back(&data.items[to_size(i)]);
  return to;
}

// ∂L/∂ξ of some items together, [L, A]; nothing where they have no loss.
Array slope_of(const tasks::FineTuned& model, const std::vector<const tasks::Item*>& items, const Tensor& mask) {
  const bert::Network& network = *model.network;
  const bert::Batch batch = tasks::batch_of(items);
  const bert::Wanted wanted = model.task->wanted(items);
  if (!network.has_loss(wanted)) return {};
  Pass pass;
  const bert::Scored scored = network.score(batch, pass, {.head_mask = mask}, network.rows_of(batch, wanted));
  backward(network.loss(scored, batch, wanted));
  return mask.grad();
}

}  // namespace

HeadTable head_importance(const tasks::FineTuned& model, const tasks::Data& data, const ExamplesDone& done) {
  const bert::Config& config = model.network->config();
  HeadTable to{config.num_hidden_layers, config.num_attention_heads, {}};
  to.numbers.resize(to_size(to.layers * to.heads));
  const WithoutGradients frozen(model.network->parameters());
  int64_t counted = 0;
  for (int64_t i = 0; i < data.size(); ++i) {
    const std::vector<const tasks::Item*> items = items_of(data, i);
    Tensor mask = Tensor::parameter(Array::filled({to.layers, to.heads}, 1));
    const Array slope = items.empty() ? Array() : slope_of(model, items, mask);
    for (int64_t head = 0; slope && head < slope.size(); ++head)
      to.numbers[to_size(head)] += std::abs(static_cast<double>(slope[head]));
    counted += static_cast<bool>(slope);
    if (done) done(i + 1);
  }
  require(counted > 0, "{}: got no example with a label, want some", data.examples.file);
  for (double& number : to.numbers) number /= static_cast<double>(counted);
  return to;
}

HeadTable normalised(HeadTable table) {
  for (auto layer = table.numbers.begin(); layer != table.numbers.end(); layer += table.heads) {
    double squares = 0;
    for (auto number = layer; number != layer + table.heads; ++number) squares += *number * *number;
    const double length = squares > 0 ? std::sqrt(squares) : 1;
    for (auto number = layer; number != layer + table.heads; ++number) *number /= length;
  }
  return table;
}

std::vector<Head> least_important(const HeadTable& importance, const bert::Config& config) {
  std::vector<Head> to;
  for (int64_t layer = 0; layer < importance.layers; ++layer) {
    std::vector<Head> here;
    for (const int64_t head : config.heads_of(layer)) here.push_back({layer, head});
    const auto best = std::ranges::max_element(here, {}, [&](const Head& head) { return importance.at(head); });
    here.erase(best);
    to.insert(to.end(), here.begin(), here.end());
  }
  std::ranges::stable_sort(to, {}, [&](const Head& head) { return importance.at(head); });
  return to;
}

bert::HeadsByLayer by_layer(const std::vector<Head>& heads) {
  bert::HeadsByLayer to;
  for (const Head& head : heads) to[head.layer].insert(head.head);
  return to;
}

Tensor mask_without(const bert::Config& config, const bert::HeadsByLayer& heads) {
  const int64_t layers = config.num_hidden_layers, all = config.num_attention_heads;
  Array mask = Array::filled({layers, all}, 1);
  for (const auto& [layer, gone] : heads)
    for (const int64_t head : gone) {
      require(layer >= 0 && layer < layers && head >= 0 && head < all,
              "heads: got {}.{}, want layers below {} and heads below {}", layer, head, layers, all);
      mask[layer * all + head] = 0;
    }
  return mask;
}

std::vector<CurvePoint> head_curve(tasks::FineTuned& model, const tasks::Data& data, const std::vector<Head>& order,
                                   int64_t points, const ExamplesDone& done) {
  std::vector<CurvePoint> to;
  const auto all = std::ssize(order);
  for (int64_t point = 0; point <= points; ++point) {
    const int64_t gone = (all * point + points / 2) / points;
    if (!to.empty() && gone == to.back().gone) continue;
    model.head_mask = mask_without(model.network->config(), by_layer({order.begin(), order.begin() + gone}));
    const tasks::Outcome outcome = model.outcome(data);
    to.push_back({gone, tasks::measures(model, data, outcome)});
    if (done) done(point + 1);
  }
  model.head_mask = {};
  return to;
}

}  // namespace bertlet::inside
