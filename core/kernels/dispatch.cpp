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
BERTLET_PICK(ProductKernels, product_kernels)
BERTLET_PICK(RandomKernels, random_kernels)
BERTLET_PICK(RowKernels, row_kernels)

}  // namespace bertlet
