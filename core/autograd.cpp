#include "core/autograd.h"

#include <set>

#include "core/kernels/arithmetic.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t added_at_once = 1 << 14;

void check_unused(const Node& node) {
  if (!node.forgotten) return;
  const std::string_view name = node.operation();
  fail("backward: the graph behind this {} was used already — run the forward pass again", fmt::make_format_args(name));
}

void check_inputs(const Node& node) {
  for (const Input& input : node.inputs()) {
    check_unused(*input.node);
    if (input.node->version == input.version) continue;
    const std::string_view name = node.operation();
    fail("backward: an input {} of {} was changed after the forward pass — update parameters after backward",
         fmt::make_format_args(input.node->value.shape(), name));
  }
}

std::uint32_t next_walk() {
  static std::atomic<std::uint32_t> walks{0};
  return walks.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Of a long graph the older nodes have left the caches. Those two steps behind a node come while it is at work: one
// step behind is looked at right after.
void prefetch_behind(const Node& node) {
  for (const Input& input : node.inputs())
    for (const Input& next : input.node->inputs()) {
      if (next.leaf) continue;
      const auto* bytes = reinterpret_cast<const std::byte*>(next.node.get());
      for (std::size_t at = 0; at < sizeof(Node) + 192; at += 64) __builtin_prefetch(bytes + at);
    }
}

// The operations that gradients have reached, newest first. Creation order is a topological order: whoever uses the
// newest one's result is newer still and done with, so its gradient is complete.
class Frontier {
 public:
  explicit Frontier(Edge root) { add(std::move(root)); }

  bool empty() const { return heap_.empty(); }

  Edge take_newest() {
    std::ranges::pop_heap(heap_, {}, &Waiting::order);
    Edge node = std::move(heap_.back().node);
    heap_.pop_back();
    return node;
  }

  void add(Edge node) {
    if (std::exchange(node->seen_by, walk_) == walk_) return;
    const std::uint64_t order = node->order;
    heap_.push_back({order, std::move(node)});
    std::ranges::push_heap(heap_, {}, &Waiting::order);
  }

 private:
  struct Waiting {
    std::uint64_t order;
    Edge node;
  };
  std::vector<Waiting> heap_;
  std::uint32_t walk_ = next_walk();
};

}  // namespace

Into::Slot Into::open() {
  if (node_->has_grad) return {node_->grad.data, 1};
  if (!node_->grad.data) node_->grad = Array(shape(), "backward").take_storage();
  node_->has_grad = true;
  return {node_->grad.data, 0};
}

bool Into::adopt(Array& g) {
  if (node_->has_grad || node_->grad_has_home || !g.sole_holder() || g.shape() != shape()) return false;
  node_->grad = std::move(g).take_storage();
  return node_->has_grad = true;
}

Into::Slot Into::open(Array& dy) { return adopt(dy) ? Slot{node_->grad.data, 0} : open(); }

void Into::add(real alpha, const Array& g) {
  if (!node_) return;
  require(g.shape() == shape(), "backward: a gradient of shape {} came for a value of shape {}", g.shape(), shape());
  const Slot slot = open();
  parallel_for(g.size(), added_at_once, [&](int64_t begin, int64_t end) {
    arithmetic().axpby(alpha, g.data() + begin, slot.beta, slot.data + begin, end - begin);
  });
}

void Into::operator+=(Array&& g) {
  if (node_ && !adopt(g)) *this += std::as_const(g);
}

void backward(const Tensor& loss) {
  require(loss && loss.value().size() == 1,
          "backward: got {}, want a single number — for others give dy: backward(y, dy)",
          loss ? loss.shape() : Shape{0});
  backward(loss, Array::filled(loss.shape(), 1));
}

void backward(const Tensor& y, Array dy) {
  require(static_cast<bool>(y), "backward: got an empty tensor");
  check_unused(*y.node());
  require(!y.node()->inputs().empty(),
          "backward: there is no graph behind this tensor — nothing in it wants a gradient");
  require(dy.shape() == y.shape(), "backward: got dy {}, want {}", dy.shape(), y.shape());
  Into(*y.node()) += std::move(dy);
  Frontier frontier{Edge(y.node())};
  while (!frontier.empty()) {
    const Edge node = frontier.take_newest();
    check_inputs(*node);
    prefetch_behind(*node);
    if (std::exchange(node->has_grad, false)) node->propagate({node->value.shape(), std::exchange(node->grad, {})});
    // Saved memory returns to the pool before the next operation asks for some.
    for (Input& input : node->forget())
      if (Edge edge = std::move(input.node); !input.leaf) frontier.add(std::move(edge));
  }
}

// After every input, whichever thread made it, and after all that this thread made before.
std::uint64_t next_order(std::span<const Input> inputs) {
  thread_local std::uint64_t last = 0;
  for (const Input& input : inputs) last = std::max(last, input.node->order);
  return ++last;
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
