#pragma once
#include "core/real.h"

namespace bertlet {

// `count` products of rows × depth by depth × cols.
struct ProductShape {
  int64_t count, rows, cols, depth;
};

// A product is cut into tiles, each one call of OpenBLAS on one thread: `down` its rows, `across` its columns, and a
// deep one into slices of its depth, which are added up in order. The slices follow from the shape alone; the rest
// suits the threads, for OpenBLAS sums an element in the same order wherever its tile begins, as long as rows are cut
// at multiples of 24 (for floats on AVX-512 of 4), columns at multiples of 16, and no tile becomes so small that
// another kernel takes over. Only for floats on AVX-512 can columns be cut at all: the other kernels sum the last
// columns of a block in another order.
struct ProductCut {
  int64_t down = 1, across = 1, slices = 1;

  int64_t tiles() const { return down * across * slices; }
};

ProductCut cut_for(const ProductShape& shape, int threads);  // the one that takes the least time

// As fine as the cut that is wished for, or as fine as may be. With the same slices all of them give the same bits.
ProductCut allowed_cut(const ProductShape& shape, const ProductCut& wish);

struct ProductTile {
  int64_t row, col, at, rows, cols, depth;  // at: where in the depth it begins
};
ProductTile tile_of(const ProductShape& shape, const ProductCut& cut, int64_t index);  // the slice changes slowest

}  // namespace bertlet
