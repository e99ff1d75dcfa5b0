#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"
#include "core/kernels/isa.h"
#include "core/kernels/rows.h"

namespace bertlet {

extern const ArithmeticKernels arithmetic_v2;
extern const FunctionKernels functions_v2;
extern const RowKernels row_kernels_v2;

#if defined(__x86_64__)

extern const ArithmeticKernels arithmetic_v3, arithmetic_v4;
extern const FunctionKernels functions_v3, functions_v4;
extern const RowKernels row_kernels_v3, row_kernels_v4;

namespace {

template <class Table>
const Table& pick(const Table& v2, const Table& v3, const Table& v4) {
  return isa() == Isa::v4 ? v4 : isa() == Isa::v3 ? v3 : v2;
}

}  // namespace

const ArithmeticKernels& arithmetic() {
  static const ArithmeticKernels& chosen = pick(arithmetic_v2, arithmetic_v3, arithmetic_v4);
  return chosen;
}

const FunctionKernels& functions() {
  static const FunctionKernels& chosen = pick(functions_v2, functions_v3, functions_v4);
  return chosen;
}

const RowKernels& row_kernels() {
  static const RowKernels& chosen = pick(row_kernels_v2, row_kernels_v3, row_kernels_v4);
  return chosen;
}

#else

const ArithmeticKernels& arithmetic() { return arithmetic_v2; }
const FunctionKernels& functions() { return functions_v2; }
const RowKernels& row_kernels() { return row_kernels_v2; }

#endif

}  // namespace bertlet
