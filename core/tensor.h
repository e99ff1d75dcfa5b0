#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "core/array.h"
#include "core/product/kernels.h"

namespace bertlet {

class Node;
class PackedMatrix;
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
  bool has_grad = false;                  // decides β: the first contribution overwrites, the rest add
  bool grad_has_home = false;             // a slice of flat memory: stays where it is
  bool forgotten = false;                 // backward has been here
  std::uint32_t version = 0;              // of the value; Tensor::edit() counts
  Precision precision = Precision::fp32;  // of products with it as a weight
  std::shared_ptr<PackedWeight> packed;   // of a weight that is not learned: Tensor::pack()
  bool only_multiplied = false;           // nobody but products reads it
  std::uint64_t order = 0;                // creation order is a topological order; 0 for leaves
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
  static Tensor weight(Array value);     // the same of a parameter that nothing but products reads

  const Array& value() const {
    if (!value_) [[unlikely]]
      fail_empty();
    if (!*value_) [[unlikely]]
      check_let_go();
    return *value_;
  }
  const Shape& shape() const {
    if (!value_) [[unlikely]]
      fail_empty();
    return value_->shape();
  }
  real item() const;  // the number in a tensor of one element
  bool wants_grad() const { return node_ && node_->wants_grad; }
  explicit operator bool() const { return value_ != nullptr; }

  Array grad() const;                     // no memory until backward has written it
  void set_wants_grad(bool wants);        // false freezes a parameter; graphs recorded before are stale
  void multiply_in(Precision precision);  // a weight: the numbers that products with it use, also for gradients
  void reset_grad();                      // not calling it accumulates over micro-batches
  Array edit();                           // the value, to be written: a graph recorded before is stale
  void move_to(Array value, Array grad);  // a parameter moves into flat memory, value and gradient
  // A new value, which is copied only into flat memory; a checkpoint may have kept it in fewer bits.
  void adopt(const Array& value, Precision kept = Precision::fp32);

  // A weight for inference: products use a packed copy, of what adopt() brings in the precision that is kept there if
  // none is given. In fewer bits the copy is all that is left of one that nothing but products reads, from the first
  // product or adopt() on.
  void pack(std::optional<Precision> precision = {});
  std::shared_ptr<const PackedMatrix> packed(int64_t rows) const;  // for a product of so many rows; null: without

  // The same value, as one that passes no gradient on.
  Tensor detached() const { return Tensor(value()); }

  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  [[noreturn]] static void fail_empty();
  void check_let_go() const;
  void set_value(Array value);
  void set_packed(Precision precision, bool as_kept);

  std::shared_ptr<Array> value_;
  std::shared_ptr<Node> node_;
};

}  // namespace bertlet
