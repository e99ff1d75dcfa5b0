#pragma once
#include <algorithm>
#include <optional>
#include <string>

#include "core/profile.h"
#include "core/tensor.h"

namespace bertlet {

// Where a gradient goes. Kernels write  g <- β g + v  as BLAS does: β is 0 for the first contribution (nothing is
// zero-filled) and 1 for the rest. An empty Into means that nobody wants this gradient.
class Into {
 public:
  struct Slot {
    real* data;
    real beta;
  };

  Into() = default;
  explicit Into(Node& node) : node_(node.wants_grad ? &node : nullptr) {}
  explicit operator bool() const { return node_ != nullptr; }
  const Shape& shape() const { return node_->shape; }

  Slot open();           // for a kernel that writes the gradient; open once per contribution
  Slot open(Array& dy);  // the same for element-wise kernels, which may write where they read dy on its last use

  void add(real alpha, const Array& g);  // alpha g
  void operator+=(const Array& g) { add(1, g); }
  void operator+=(Array&& g);  // on its last use g becomes the gradient instead of being added to it

 private:
  bool adopt(Array& g);
  Node* node_ = nullptr;
};

// dy becomes the gradient of loss (1 if not given) and everything behind it receives its own. Saved memory is freed
// on the way, so this works once per forward pass.
void backward(const Tensor& loss);
void backward(const Tensor& y, Array dy);

// An operation's name as a template argument, so that every operation in the program is known before it has run.
template <std::size_t N>
struct Name {
  consteval Name(const char (&text)[N]) { std::ranges::copy(text, characters); }
  char characters[N];
};
std::vector<std::string> recorded_operations();  // sorted

struct TensorView {  // lets {a, b} name tensors without copying their handles
  TensorView(const Tensor& t) : tensor(&t) {}
  bool wants_grad() const { return tensor->wants_grad(); }
  const Tensor* tensor;
};

// The one way to make a differentiable result. `back` takes the result's gradient and one Into per input, and what it
// captures is exactly what is saved for backward. It captures Arrays and has no reason to touch Tensors, so the graph
// cannot contain a cycle. If no input wants a gradient, `back` and all it holds is dropped on the spot.
//
//   return record<"mul">(y, {a, b}, [a = a.value(), b = b.value()](Array dy, Into da, Into db) { … });
template <Name name, std::size_t N, class F>
Tensor record(Array value, const TensorView (&inputs)[N], F back);

// The same for any number of inputs; `back` takes a std::vector<Into>.
template <Name name, class F>
Tensor record(Array value, std::span<const Tensor> inputs, F back);

// --- behind the templates -----------------------------------------------------------------------------------------

bool note_operation(const char* name);
std::uint64_t next_order();
void drop(std::span<Edge> edges);

inline Edge edge_to(const TensorView& t) { return {t.tensor->node(), t.tensor->node()->version}; }

template <std::size_t N>
std::array<Edge, N> edges_to(const TensorView (&inputs)[N]) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) { return std::array<Edge, N>{edge_to(inputs[i])...}; }
  (std::make_index_sequence<N>{});
}
inline std::vector<Edge> edges_to(std::span<const Tensor> inputs) {
  std::vector<Edge> edges(inputs.size());
  std::ranges::transform(inputs, edges.begin(), edge_to);
  return edges;
}

template <Name name, class Edges, class F>
class Recorded final : public Node {
 public:
  Recorded(const Array& value, const auto& inputs, F&& back)
      : Node(value, true), edges_(edges_to(inputs)), back_(std::move(back)) {
    static_cast<void>(known_);
    order = next_order();
  }
  ~Recorded() override { drop(edges_); }

  std::string_view operation() const override { return name.characters; }
  std::span<const Edge> inputs() const override { return edges_; }
  std::vector<Array> kept() const override {
    ArrayWatch watch;
    [[maybe_unused]] const auto copy = back_;
    return watch.stop();
  }
  void propagate(Array dy) override { call(std::move(dy), edges_); }
  std::span<Edge> forget() override {
    back_.reset();
    forgotten = true;
    return edges_;
  }

 private:
  static inline const bool known_ = note_operation(name.characters);

  template <std::size_t N>
  void call(Array&& dy, std::array<Edge, N>& edges) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (*back_)(std::move(dy), Into(*edges[i].node)...);  // the wrong number of Intos does not compile
    }
    (std::make_index_sequence<N>{});
  }
  void call(Array&& dy, std::vector<Edge>& edges) {
    std::vector<Into> into;
    into.reserve(edges.size());
    for (const Edge& edge : edges) into.emplace_back(*edge.node);
    (*back_)(std::move(dy), std::move(into));
  }

  Edges edges_;
  std::optional<F> back_;
};

template <Name name, std::size_t N, class F>
Tensor record(Array value, const TensorView (&inputs)[N], F back) {
  profile::end_operation(name.characters, Phase::forward);
  if (std::ranges::none_of(inputs, &TensorView::wants_grad)) return Tensor(std::move(value));
  auto node = std::make_shared<Recorded<name, std::array<Edge, N>, F>>(value, inputs, std::move(back));
  return {std::move(value), std::move(node)};
}

template <Name name, class F>
Tensor record(Array value, std::span<const Tensor> inputs, F back) {
  profile::end_operation(name.characters, Phase::forward);
  if (std::ranges::none_of(inputs, &Tensor::wants_grad)) return Tensor(std::move(value));
  auto node = std::make_shared<Recorded<name, std::vector<Edge>, F>>(value, inputs, std::move(back));
  return {std::move(value), std::move(node)};
}

}  // namespace bertlet
