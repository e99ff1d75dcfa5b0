#include "core/autograd.h"

#include <atomic>
#include <set>

#include "core/finite.h"
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
  for (const Edge& input : node.inputs()) {
    check_unused(*input.node);
    if (input.node->version == input.version) continue;
    const std::string_view name = node.operation();
    fail("backward: an input {} of {} was changed after the forward pass — update parameters after backward",
         fmt::make_format_args(input.node->shape, name));
  }
}

struct Newer {
  bool operator()(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) const { return a->order > b->order; }
};

}  // namespace

Into::Slot Into::open() {
  if (node_->has_grad) return {node_->grad.data(), 1};
  if (!node_->grad) node_->grad = Array(shape(), "backward");
  node_->has_grad = true;
  return {node_->grad.data(), 0};
}

bool Into::adopt(Array& g) {
  if (node_->has_grad || node_->grad_has_home || !g.sole_holder() || g.shape() != shape()) return false;
  node_->grad = std::move(g);
  return node_->has_grad = true;
}

Into::Slot Into::open(Array& dy) { return adopt(dy) ? Slot{node_->grad.data(), 0} : open(); }

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

  // The operations that gradients have reached. Whoever uses the newest one's result is newer still and done with, so
  // its gradient is complete.
  std::set<std::shared_ptr<Node>, Newer> reached{y.node()};
  while (!reached.empty()) {
    const std::shared_ptr<Node> node = std::move(reached.extract(reached.begin()).value());
    check_inputs(*node);
    if (std::exchange(node->has_grad, false)) {
      node->propagate(std::exchange(node->grad, {}));
      CheckFinite::gradients(*node);
    }
    // Saved memory returns to the pool before the next operation asks for some.
    for (Edge& input : node->forget())
      if (std::shared_ptr<Node> next = std::move(input.node); next->order > 0) reached.insert(std::move(next));
    profile::end_operation(node->operation(), Phase::backward);
  }
}

std::uint64_t next_order() {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Dropping a node drops its inputs. Those that nobody else holds give their own edges first: a chain of millions is no
// recursion.
void drop(std::span<Edge> edges) {
  std::vector<std::shared_ptr<Node>> waiting;
  const auto take = [&](std::span<Edge> from) {
    for (Edge& edge : from)
      if (edge.node && edge.node->order > 0) waiting.push_back(std::move(edge.node));
  };
  take(edges);
  while (!waiting.empty()) {
    const std::shared_ptr<Node> node = std::move(waiting.back());
    waiting.pop_back();
    if (node.use_count() == 1) take(node->forget());
  }
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
