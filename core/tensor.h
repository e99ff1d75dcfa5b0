#pragma once
#include <string_view>

#include "core/array.h"

namespace bertlet {

class Node;
void hold_node(Node*);
void let_go_node(Node*);
void hold_value(Node*);
void let_go_value(Node*);

using Edge = Ref<Node, hold_node, let_go_node>;      // holds the node
using Handle = Ref<Node, hold_value, let_go_value>;  // and its value too: with the last one, the value goes

// An edge of the graph: where a result came from, and which version of it was seen.
struct Input {
  Edge node;
  std::uint32_t version = 0;
  bool leaf = true;  // kept here, for the node itself may lie beyond every cache
};

// What a Tensor is a handle on: a value, the gradient that arrives here, and (in Recorded, core/autograd.h) the
// operation it came from. Edges point from results to inputs only, so a graph has no cycles.
class Node {
 public:
  explicit Node(Array&& v, bool wants) : value(std::move(v)), wants_grad(wants) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  virtual std::string_view operation() const { return {}; }  // nothing: a leaf
  virtual std::span<const Input> inputs() const { return {}; }
  virtual std::vector<Array> kept() const { return {}; }  // what is saved for backward
  virtual void propagate(Array&& /*dy*/) {}               // dy into the inputs' gradients
  virtual std::span<Input> forget() { return {}; }  // saved memory is let go; the inputs are for the caller to take

  static void* operator new(std::size_t bytes);  // from the pool
  static void operator delete(void* node, std::size_t bytes);

  Array value;
  Storage grad;  // of value's shape; no memory until someone writes into it, unless it has a home
  bool wants_grad;
  bool has_grad = false;       // decides β: the first contribution overwrites, the rest add
  bool grad_has_home = false;  // a slice of flat memory: stays where it is
  bool forgotten = false;      // backward has been here
  std::uint32_t version = 0;   // of the value; Tensor::edit() counts
  std::uint32_t seen_by = 0;   // the last walk that met this node
  Count holders;               // edges, and one for all handles
  Count handles;
  std::uint64_t order = 0;  // creation order is a topological order; 0 for leaves
  Node* next_to_drop = nullptr;
};

// A handle on a Node: copying shares. With the last handle the value goes, whatever becomes of the node: a graph holds
// what its closures captured and no more.
//
//   Tensor w = Tensor::parameter(Array::of({2}, {1, 2}));
//   backward(sum(w * w));
//   w.grad()               // [2, 4]
class Tensor {
 public:
  Tensor() = default;   // no node at all: `if (tensor)` is false
  Tensor(Array value);  // a constant
  Tensor(real number) : Tensor(Array::number(number)) {}
  static Tensor parameter(Array value);  // a leaf that wants a gradient

  const Array& value() const { return target().value; }
  const Shape& shape() const { return target().value.shape(); }
  real item() const;  // the number in a tensor of one element
  bool wants_grad() const { return node_ && node_->wants_grad; }
  explicit operator bool() const { return static_cast<bool>(node_); }

  Array grad() const;                     // no memory until backward has written it
  void set_wants_grad(bool wants);        // false freezes a parameter; graphs recorded before are stale
  void reset_grad();                      // not calling it accumulates over micro-batches
  Array edit();                           // the value, to be written: a graph recorded before is stale
  void move_to(Array value, Array grad);  // a parameter moves into flat memory, value and gradient
  void adopt(const Array& value);         // a new value, which is copied only into flat memory

  // A handle on the same value that passes no gradient on.
  Tensor detached() const { return Tensor(value()); }

  explicit Tensor(Node* fresh) : node_(Handle::first(fresh)) {}
  Node* node() const { return node_.get(); }

 private:
  Node& target() const {
    if (!node_) [[unlikely]]
      fail_empty();
    return *node_;
  }
  [[noreturn]] static void fail_empty();

  Handle node_;
};

}  // namespace bertlet
