#include "core/autograd.h"

#include <set>

#include "core/kernels/arithmetic.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t grain = 1 << 14;

struct Visit {
  std::uint64_t order;
  Ref<Node> node;
};

std::uint32_t next_walk() {
  static std::atomic<std::uint32_t> walks{0};
  return walks.fetch_add(1, std::memory_order_relaxed) + 1;
}

void check_unused(const Node& node) {
  require(!node.forgotten, "backward: the graph behind this {} was used already — run the forward pass again",
          node.operation());
}

// All recorded operations behind `root`, newest first.
std::vector<Visit> operations_behind(const Ref<Node>& root) {
  const std::uint32_t walk = next_walk();
  std::vector<Visit> visits{{root->order, root}};
  root->seen_by = walk;
  bool sorted = true;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    for (const Input& input : visits[i].node->inputs()) {
      Node& node = *input.node;
      if (node.inputs().empty() || std::exchange(node.seen_by, walk) == walk) continue;
      check_unused(node);
      sorted = sorted && node.order < visits.back().order;
      visits.push_back({node.order, input.node});
    }
  }
  if (!sorted) std::ranges::sort(visits, std::ranges::greater{}, &Visit::order);
  return visits;
}

void check_unchanged(const Node& node) {
  for (const Input& input : node.inputs())
    require(input.node->version == input.version,
            "backward: an input {} of {} was changed after the forward pass — update parameters after backward",
            input.node->value.shape(), node.operation());
}

}  // namespace

Into::Slot Into::open() {
  if (node_->has_grad) return {node_->grad.data(), 1};
  if (!node_->grad) node_->grad = Array(node_->value.shape(), "backward");
  node_->has_grad = true;
  return {node_->grad.data(), 0};
}

bool Into::adopts(const Array& g) const { return !node_->has_grad && !node_->grad_has_home && g.sole_holder(); }

Into::Slot Into::open(Array& dy) {
  if (!adopts(dy) || dy.shape() != node_->value.shape()) return open();
  node_->grad = std::move(dy);
  node_->has_grad = true;
  return {node_->grad.data(), 0};
}

void Into::operator+=(const Array& g) {
  if (!node_) return;
  require(g.shape() == node_->value.shape(), "backward: a gradient of shape {} came for a value of shape {}", g.shape(),
          node_->value.shape());
  const Slot slot = open();
  parallel_for(g.size(), grain, [&](int64_t begin, int64_t end) {
    arithmetic().axpby(1, g.data() + begin, slot.beta, slot.data + begin, end - begin);
  });
}

void Into::operator+=(Array&& g) {
  if (!node_) return;
  if (adopts(g) && g.shape() == node_->value.shape()) {
    node_->grad = std::move(g);
    node_->has_grad = true;
  } else {
    *this += std::as_const(g);
  }
}

void backward(const Tensor& loss) {
  require(loss && loss.value().size() == 1, "backward: got {}, want a single number — for others give dy: backward(y, dy)",
          loss ? loss.shape() : Shape{0});
  backward(loss, Array::filled(loss.shape(), 1));
}

void backward(const Tensor& y, Array dy) {
  require(static_cast<bool>(y), "backward: got an empty tensor");
  check_unused(*y.node());
  require(!y.node()->inputs().empty(), "backward: there is no graph behind this tensor — nothing in it wants a gradient");
  require(dy.shape() == y.shape(), "backward: got dy {}, want {}", dy.shape(), y.shape());
  std::vector<Visit> visits = operations_behind(y.node());
  Into(*y.node()) += std::move(dy);
  for (Visit& visit : visits) {
    Node& node = *visit.node;
    check_unchanged(node);
    if (std::exchange(node.has_grad, false)) node.propagate(std::exchange(node.grad, {}));
    node.forget();  // saved memory returns to the pool before the next operation asks for some
    visit.node = {};
  }
}

std::uint64_t next_order() {
  static std::atomic<std::uint64_t> orders{0};
  return orders.fetch_add(1, std::memory_order_relaxed) + 1;
}

namespace {
std::set<std::string>& operations() {
  static std::set<std::string> names;
  return names;
}
}  // namespace

bool note_operation(const char* name) {
  operations().insert(name);
  return true;
}

std::vector<std::string> recorded_operations() { return {operations().begin(), operations().end()}; }

}  // namespace bertlet
