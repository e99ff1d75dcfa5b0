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

Tensor Tensor::weight(Array value) {
  Tensor weight = parameter(std::move(value));
  weight.node_->only_multiplied = true;
  return weight;
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
  if (wants) {
    value();  // which an inference in fewer bits may have let go
    node_->packed = nullptr;
    node_->precision = Precision::fp32;
  }
  node_->wants_grad = wants;
  ++node_->version;
}

void Tensor::multiply_in(Precision precision) {
  if (!node_) fail_empty();
  require(precision != Precision::int8, "multiply_in: got int8, want fp32 or bf16: whole numbers have no gradient");
  node_->precision = precision;
}

void Tensor::pack(std::optional<Precision> precision) {
  require(node_ && !node_->wants_grad, "pack: got a parameter that is learned, want it frozen");
  set_packed(precision.value_or(Precision::fp32), !precision);
}

void Tensor::set_packed(Precision precision, bool as_kept) {
  node_->precision = precision;
  node_->packed = std::make_shared<PackedWeight>(precision, node_->only_multiplied, as_kept);
}

std::shared_ptr<const PackedMatrix> Tensor::packed(int64_t rows) const {
  return node_ && node_->packed ? node_->packed->copy(*value_, node_->version, rows) : nullptr;
}

void Tensor::reset_grad() {
  if (!node_) fail_empty();
  node_->has_grad = false;
  if (!node_->grad_has_home) node_->grad = {};
}

Array Tensor::edit() {
  if (!node_) fail_empty();
  require(node_->inputs().empty(), "edit: got the result of {}, want a parameter or a constant", node_->operation());
  value();
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

void Tensor::adopt(const Array& value, Precision kept) {
  require(value.shape() == shape(), "adopt: got {}, want {}", value.shape(), shape());
  if (node_->grad_has_home)
    std::copy_n(value.data(), value.size(), edit().data());
  else
    set_value(value);
  if (!node_->packed) return;
  if (node_->packed->as_kept()) set_packed(kept, true);
  if (node_->packed->lets_go()) packed(1);
}

void Tensor::check_let_go() const {
  require(!node_ || !node_->packed,
          "Tensor: this weight is there in fewer bits alone, which products read and nothing else");
}

void Tensor::fail_empty() {
  fail("Tensor: got a handle on nothing, want a value — a tensor made without one is only good for assigning to", {});
}

}  // namespace bertlet
