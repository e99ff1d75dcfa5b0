#include "core/tensor.h"

#include <algorithm>

#include "core/finite.h"
#include "core/product/packed_weight.h"
#include "core/require.h"

namespace bertlet {

Tensor::Tensor(Array value, std::shared_ptr<Node> node)
    : value_(std::make_shared<Array>(std::move(value))), node_(std::move(node)) {
  CheckFinite::result(*node_, *value_);
}

Tensor::Tensor(Array value) : value_(std::make_shared<Array>(std::move(value))) {
  node_ = std::make_shared<Node>(*value_, false);
}

Tensor Tensor::parameter(Array value) {
  Tensor parameter(std::move(value));
  parameter.node_->wants_grad = true;
  return parameter;
}

real Tensor::item() const {
  require(value().size() == 1, "item: got {}, want a single number", shape());
  return value()[0];
}

Array Tensor::grad() const {
  if (!node_) fail_empty();
  return node_->has_grad ? node_->grad : Array();
}

void Tensor::set_wants_grad(bool wants) {
  if (!node_) fail_empty();
  require(node_->inputs().empty(), "set_wants_grad: got the result of {}, want a parameter", node_->operation());
  if (!wants) reset_grad();
  if (wants) node_->packed = nullptr;
  node_->wants_grad = wants;
  ++node_->version;
}

void Tensor::pack(Precision precision) {
  require(node_ && !node_->wants_grad, "pack: got a parameter that is learned, want it frozen");
  node_->packed = std::make_shared<PackedWeight>(precision);
}

void Tensor::reset_grad() {
  if (!node_) fail_empty();
  node_->has_grad = false;
  if (!node_->grad_has_home) node_->grad = {};
}

Array Tensor::edit() {
  if (!node_) fail_empty();
  require(node_->inputs().empty(), "edit: got the result of {}, want a parameter or a constant", node_->operation());
  ++node_->version;
  return *value_;
}

void Tensor::set_value(Array value) {
  node_->address = value.data();
  ++node_->version;
  *value_ = std::move(value);
}

void Tensor::move_to(Array value, Array grad) {
  require(value.shape() == shape() && grad.shape() == shape(), "move_to: got {} and {}, want {} for both",
          value.shape(), grad.shape(), shape());
  require(!node_->has_grad, "move_to: the parameter holds a gradient; reset_grad() first");
  std::copy_n(this->value().data(), value.size(), value.data());
  set_value(std::move(value));
  node_->grad = std::move(grad);
  node_->grad_has_home = true;
}

void Tensor::adopt(const Array& value) {
  require(value.shape() == shape(), "adopt: got {}, want {}", value.shape(), shape());
  Array old = edit();
  if (node_->grad_has_home)
    std::copy_n(value.data(), value.size(), old.data());
  else
    set_value(value);
}

void Tensor::fail_empty() {
  fail("Tensor: got a handle on nothing, want a value — a tensor made without one is only good for assigning to", {});
}

}  // namespace bertlet
