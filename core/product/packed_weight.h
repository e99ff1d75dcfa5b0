#pragma once
#include <memory>
#include <mutex>

#include "core/product/product.h"

namespace bertlet {

// The packed copy of a weight that is not learned any more: Tensor::pack(). It follows the weight's version, and is
// made where it pays: numbers in fewer bits at once, the same numbers at the second product of few rows. In fewer bits
// it may be all that is kept.
class PackedWeight {
 public:
  PackedWeight(Precision precision, bool only_multiplied, bool as_kept)
      : precision_(precision), only_multiplied_(only_multiplied), as_kept_(as_kept) {}

  // Of weight[out, in] as the right operand of x Wᵀ, for a product with `rows` rows; null if it is better without.
  std::shared_ptr<const PackedMatrix> copy(Array& weight, std::uint32_t version, int64_t rows);

  bool as_kept() const { return as_kept_; }  // whatever is adopted says in which precision
  bool lets_go() const { return only_multiplied_ && precision_ != Precision::fp32; }  // of the weight itself

 private:
  const Precision precision_;
  const bool only_multiplied_, as_kept_;
  std::mutex mutex_;
  std::shared_ptr<const PackedMatrix> copy_;
  std::uint32_t version_ = 0;
  bool asked_ = false;
};

}  // namespace bertlet
