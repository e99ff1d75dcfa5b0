#pragma once
#include "core/real.h"

namespace bertlet {

constexpr int64_t panel_columns = 48;

struct PackedKernels {
  // y[i] <- y[i] + a[i] B for `rows` rows; B[k, n] in panels of [k, panel_columns], the last one filled up with zeros.
  // The sum runs along k for each row alone: its bits do not depend on the other rows.
  void (*add_product)(const real* const* a, const real* b, real* const* y, int64_t rows, int64_t k, int64_t n);
};

const PackedKernels& packed_kernels();  // for the chosen instruction set

}  // namespace bertlet
