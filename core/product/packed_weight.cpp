#include "core/product/packed_weight.h"

namespace bertlet {

std::shared_ptr<const PackedMatrix> PackedWeight::copy(Array& weight, std::uint32_t version, int64_t rows) {
  constexpr int64_t few = 256;  // beyond, packing is lost in the product
  const std::lock_guard lock(mutex_);
  if (copy_ && version_ == version) return copy_;
  copy_ = nullptr;
  const bool pays = precision_ != Precision::fp32 || (rows <= few && asked_);
  asked_ = true;
  if (!pays) return nullptr;
  const int64_t out = weight.shape()[0], in = weight.shape()[1];
  copy_ = std::make_shared<const PackedMatrix>(Matrix{weight.data(), in, out, in, true}, precision_);
  version_ = version;
  if (lets_go()) weight.let_go();
  return copy_;
}

}  // namespace bertlet
