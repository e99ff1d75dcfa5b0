#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"
#include "core/kernels/peak.h"
#include "core/kernels/pick.h"
#include "core/kernels/random.h"
#include "core/kernels/rows.h"
#include "core/product/kernels.h"

namespace bertlet {

BERTLET_PICK(ArithmeticKernels, arithmetic)
BERTLET_PICK(FunctionKernels, functions)
BERTLET_PICK(PeakKernels, peak_kernels)
BERTLET_PICK(RandomKernels, random_kernels)
BERTLET_PICK(RowKernels, row_kernels)

#if defined(__x86_64__)
extern const ProductKernels product_kernels_v2, product_kernels_v3, product_kernels_v4, product_kernels_v4_vnni,
    product_kernels_v4_bf16;

const ProductKernels& product_kernels(Isa isa) {
  static const ProductKernels* const tables[] = {&product_kernels_v2, &product_kernels_v3, &product_kernels_v4,
                                                 &product_kernels_v4_vnni, &product_kernels_v4_bf16};
  return *tables[static_cast<int>(isa)];
}
#else
extern const ProductKernels product_kernels_v2;
const ProductKernels& product_kernels(Isa) { return product_kernels_v2; }
#endif

Precision fastest_precision() { return isa() == Isa::v4_bf16 ? Precision::bf16 : Precision::fp32; }

const ProductKernels& product_kernels() {
  static const ProductKernels& chosen = product_kernels(isa());
  return chosen;
}

}  // namespace bertlet
