#include "core/tensor.h"

#include <algorithm>
#include <new>

#include "core/memory.h"
#include "core/require.h"

namespace bertlet {

void* Node::operator new(std::size_t bytes) {
  void* node = take_memory(bytes);
  return node ? node : throw std::bad_alloc();
}

void Node::operator delete(void* node, std::size_t bytes) { give_memory(node, bytes); }

void hold_node(Node* node) { node->holders.up(); }

// Dropping a node drops its inputs. They wait in a list instead of the stack: a chain of millions is no recursion.
void let_go_node(Node* node) {
  thread_local Node* waiting = nullptr;
  thread_local bool dropping = false;
  if (!node->holders.down()) return;
  node->next_to_drop = std::exchange(waiting, node);
  if (dropping) return;
  dropping = true;
  while (waiting) delete std::exchange(waiting, waiting->next_to_drop);
  dropping = false;
}

void hold_value(Node* node) { node->handles.up(); }

void let_go_value(Node* node) {
  if (!node->handles.down()) return;
  node->value.leave_memory();
  let_go_node(node);
}

Tensor::Tensor(Array value) : Tensor(new Node(std::move(value), false)) {}

Tensor Tensor::parameter(Array value) { return Tensor(new Node(std::move(value), true)); }

real Tensor::item() const {
  require(value().size() == 1, "item: got {}, want a single number", shape());
  return value()[0];
}

Array Tensor::grad() const { return target().has_grad ? Array(shape(), node_->grad) : Array(); }

void Tensor::set_wants_grad(bool wants) {
  require(target().inputs().empty(), "set_wants_grad: got the result of {}, want a parameter", target().operation());
  if (!wants) reset_grad();
  node_->wants_grad = wants;
  ++node_->version;
}

void Tensor::reset_grad() {
  target().has_grad = false;
  if (!node_->grad_has_home) node_->grad = {};
}

Array Tensor::edit() {
  require(target().inputs().empty(), "edit: got the result of {}, want a parameter or a constant",
          target().operation());
  ++node_->version;
  return node_->value;
}

void Tensor::move_to(Array value, Array grad) {
  require(value.shape() == shape() && grad.shape() == shape(), "move_to: got {} and {}, want {} for both",
          value.shape(), grad.shape(), shape());
  require(!node_->has_grad, "move_to: the parameter holds a gradient; reset_grad() first");
  std::copy(this->value().data(), this->value().data() + value.size(), value.data());
  node_->value = std::move(value);
  node_->grad = std::move(grad).take_storage();
  node_->grad_has_home = true;
  ++node_->version;
}

void Tensor::adopt(const Array& value) {
  require(value.shape() == shape(), "adopt: got {}, want {}", value.shape(), shape());
  Array old = edit();
  if (node_->grad_has_home)
    std::copy_n(value.data(), value.size(), old.data());
  else
    node_->value = value;
}

void Tensor::fail_empty() {
  fail("Tensor: got a handle on nothing, want a value — a tensor made without one is only good for assigning to", {});
}

}  // namespace bertlet
