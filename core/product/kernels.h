#pragma once
#include <cstdint>

#include "core/kernels/isa.h"
#include "core/real.h"

namespace bertlet {

// In which numbers a product multiplies. Its operands and its result are reals in any case.
//
//   fp32   as they are
//   bf16   the upper 16 bits of a float, rounded to the nearest: 8 bits of precision in half the memory; sums are reals
//   int8   256 whole numbers: of a row of A from its least to its most, of a column of B from −127 to 127, times one
//          number for each row and each column of every 256 steps of the depth, whose sums are exact
enum class Precision { fp32, bf16, int8 };

Precision fastest_precision();  // here, of those that cost no task more than noise: fp32 or bf16

// Operands are packed into strips: rows of A, or columns of B, side by side, one step of the depth after another,
// [depth, width], and then written in fewer bits. A tile is the product of a strip of each.
struct StripForm {
  int64_t steps;  // of the depth that stand side by side
  int64_t bytes;  // of a number
  int64_t head;   // bytes for each lane, before the numbers
  void (*convert)(const real* strip, int64_t depth, int64_t width, void* to);  // null where reals stay reals

  int64_t size(int64_t depth, int64_t width) const {
    return width * (head + (depth + steps - 1) / steps * steps * bytes);
  }
};

struct ProductOperands {
  const void *a, *b;  // strips
  int64_t depth;
};
struct ProductTarget {
  real* c;
  int64_t stride;
  real beta;  // 0: C is not read; or 1
};

struct ProductForm {
  StripForm left, right;
  void (*tile)(const ProductOperands& of, const ProductTarget& to, int64_t rows, int64_t cols);  // C <- A B + β C
};

struct ProductKernels {
  int64_t rows, strip;  // the most rows of A that a tile takes; the width of their strip
  int64_t cols;         // the columns of B that a tile takes, and the width of their strip

  // to[k, j] = from[j across + k along] for j < width, or 0 where j ≥ count; one of the two steps is 1.
  void (*pack)(const real* from, int64_t across, int64_t along, int64_t count, int64_t depth, int64_t width, real* to);

  ProductForm forms[3];  // by Precision

  const ProductForm& form(Precision precision) const { return forms[static_cast<int>(precision)]; }
};

const ProductKernels& product_kernels();         // for the chosen instruction set
const ProductKernels& product_kernels(Isa isa);  // for one that this machine has

}  // namespace bertlet
