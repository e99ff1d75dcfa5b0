#pragma once
#include <memory>
#include <string_view>

#include "core/array.h"
#include "core/product/kernels.h"

namespace bertlet {

class Node;
class PackedWeight;

// Where a result came from, and which version of it was seen.
struct Edge {
  std::shared_ptr<Node> node;
  std::uint32_t version = 0;
};

// A place in the graph: the gradient that arrives here and (in Recorded, core/autograd.h) the operation that made the
// value, with edges to its inputs. Edges point from results to inputs only, so a graph has no cycles.
class Node {
 public:
  Node(const Array& value, bool wants) : shape(value.shape()), address(value.data()), wants_grad(wants) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  virtual std::string_view operation() const { return {}; }  // nothing: a leaf
  virtual std::span<const Edge> inputs() const { return {}; }
  virtual std::vector<Array> kept() const { return {}; }  // what is saved for backward
  virtual void propagate(Array /*dy*/) {}                 // dy into the inputs' gradients
  virtual std::span<Edge> forget() { return {}; }  // saved memory is let go; the edges are for the caller to take

  Shape shape;          // the value's
  const real* address;  // the value's, for whoever describes the graph
  Array grad;           // no memory until someone writes into it, unless it has a home
  bool wants_grad;
  bool has_grad = false;                 // decides β: the first contribution overwrites, the rest add
  bool grad_has_home = false;            // a slice of flat memory: stays where it is
  bool forgotten = false;                // backward has been here
  std::uint32_t version = 0;             // of the value; Tensor::edit() counts
  std::shared_ptr<PackedWeight> packed;  // of a weight that is not learned: Tensor::pack()
  std::uint64_t order = 0;               // creation order is a topological order; 0 for leaves
};

// A value and its place in the graph; copies share both. The value goes with the last Tensor, whatever becomes of the
// place: a graph holds what its closures captured and no more.
//
//   Tensor w = Tensor::parameter(Array::of({2}, {1, 2}));
//   backward(sum(w * w));
//   w.grad()               // [2, 4]
class Tensor {
 public:
  Tensor() = default;   // nothing at all: `if (tensor)` is false
  Tensor(Array value);  // a constant
  Tensor(real number) : Tensor(Array::number(number)) {}
  Tensor(Array value, std::shared_ptr<Node> node);
  static Tensor parameter(Array value);  // a leaf that wants a gradient

  const Array& value() const {
    if (!value_) [[unlikely]]
      fail_empty();
    return *value_;
  }
  const Shape& shape() const { return value().shape(); }
  real item() const;  // the number in a tensor of one element
  bool wants_grad() const { return node_ && node_->wants_grad; }
  explicit operator bool() const { return value_ != nullptr; }

  Array grad() const;                     // no memory until backward has written it
  void set_wants_grad(bool wants);        // false freezes a parameter; graphs recorded before are stale
  void pack(Precision precision);         // a weight for inference: products use a packed copy
  void reset_grad();                      // not calling it accumulates over micro-batches
  Array edit();                           // the value, to be written: a graph recorded before is stale
  void move_to(Array value, Array grad);  // a parameter moves into flat memory, value and gradient
  void adopt(const Array& value);         // a new value, which is copied only into flat memory

  // The same value, as one that passes no gradient on.
  Tensor detached() const { return Tensor(value()); }

  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  [[noreturn]] static void fail_empty();
  void set_value(Array value);

  std::shared_ptr<Array> value_;
  std::shared_ptr<Node> node_;
};

}  // namespace bertlet
