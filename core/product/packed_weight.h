#pragma once
#include <memory>
#include <mutex>

#include "core/product/product.h"

namespace bertlet {

// The packed copy of a weight that is not learned any more: Tensor::pack(). It follows the weight's version, and is
// made where it pays: numbers in fewer bits at once, the same numbers at the second product of few rows.
class PackedWeight {
 public:
  explicit PackedWeight(Precision precision) : precision_(precision) {}

  // Of weight[out, in] as the right operand of x Wᵀ, for a product with `rows` rows; null if it is better without.
  std::shared_ptr<const PackedMatrix> copy(const Array& weight, std::uint32_t version, int64_t rows);

 private:
  const Precision precision_;
  std::mutex mutex_;
  std::shared_ptr<const PackedMatrix> copy_;
  std::uint32_t version_ = 0;
  bool asked_ = false;
};

}  // namespace bertlet
