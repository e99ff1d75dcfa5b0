#include "core/product/product.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "core/product/kernels.h"
#include "core/profile.h"
#include "core/require.h"

namespace bertlet {
namespace {

int64_t pieces(int64_t length, int64_t most) { return (length + most - 1) / most; }
int64_t edge(int64_t piece, int64_t of, int64_t length) { return piece * length / of; }

// What a thread keeps packed of A, and of B where it works alone: each about half of a core's second cache.
constexpr int64_t own_room = (128 << 10) * sizeof(real), shared_room = (2 << 20) * sizeof(real);  // bytes

// Of what is packed at a time. Whole numbers of 8 bits are the finer the fewer share a scale.
int64_t most_depth(Precision precision) { return precision == Precision::int8 ? 256 : 1536; }

struct OwnRoom {
  std::vector<std::byte> a, b;
  std::vector<real> strip;  // before it is written in fewer bits
};
OwnRoom& own() {
  thread_local OwnRoom room;
  return room;
}

template <class T>
T* at_least(std::vector<T>& room, int64_t size) {
  if (room.size() < to_size(size)) room.resize(to_size(size));
  return room.data();
}

// --- packing -------------------------------------------------------------------------------------------------------

// `width` rows, or columns where `across` is the step from one to the next. Lanes beyond the matrix's end are zeros.
struct Lanes {
  const real* data;
  int64_t across, along, count, width;
};

void pack(const Lanes& lanes, int64_t depth, const StripForm& form, void* to) {
  real* strip = form.convert ? at_least(own().strip, depth * lanes.width) : static_cast<real*>(to);
  product_kernels().pack(lanes.data, lanes.across, lanes.along, lanes.count, depth, lanes.width, strip);
  if (form.convert) form.convert(strip, depth, lanes.width, to);
}

// What comes before A's end may hold neighbours in the lanes beyond `rows`, which nobody reads.
void pack_rows(const Matrix& a, int64_t row, int64_t at, int64_t depth, const StripForm& form, void* to) {
  const Matrix part = a.part(row, a.rows - row, at, depth);
  const int64_t across = a.transposed ? 1 : a.stride, along = a.transposed ? a.stride : 1;
  pack({part.data, across, along, part.rows, product_kernels().strip}, depth, form, to);
}

void pack_cols(const Matrix& b, int64_t col, int64_t at, int64_t depth, const StripForm& form, void* to) {
  const Matrix part = b.part(at, depth, col, b.cols - col);
  const int64_t across = b.transposed ? b.stride : 1, along = b.transposed ? 1 : b.stride;
  pack({part.data, across, along, part.cols, product_kernels().cols}, depth, form, to);
}

// --- a block of C --------------------------------------------------------------------------------------------------

// Strips of B's columns, `step` bytes from one to the next, each from where the depth begins.
struct Strips {
  const std::byte* data;
  int64_t step;

  Strips from(int64_t strip) const { return {data + strip * step, step}; }
};

// Rows of A are shared out evenly among as few strips as will do.
struct RowStrips {
  int64_t rows, count;
  explicit RowStrips(int64_t n) : rows(n), count(pieces(n, product_kernels().rows)) {}
  int64_t begin(int64_t strip) const { return edge(strip, count, rows); }
};

struct Depth {
  int64_t at, size;
  int64_t end() const { return at + size; }
};

// B in a part of the depth.
struct Slice {
  Depth depth;
  Strips b;
};

struct Multiplication {
  const Matrix& a;
  ProductTarget to;
  const Finish& finish;
  const ProductForm& form;
};

void multiply(const Multiplication& job, const RowStrips& of, int64_t first, int64_t last, const Slice& by,
              int64_t cols, const ProductTarget& to) {
  const ProductKernels& with = product_kernels();
  const Depth depth = by.depth;
  const int64_t size = job.form.left.size(depth.size, with.strip);
  std::byte* packed = at_least(own().a, (last - first) * size);
  for (int64_t i = first; i < last; ++i)
    pack_rows(job.a, of.begin(i), depth.at, depth.size, job.form.left, packed + (i - first) * size);
  for (int64_t col = 0; col < cols; col += with.cols) {
    const std::byte* strip = by.b.from(col / with.cols).data;
    for (int64_t i = first; i < last; ++i) {
      const int64_t row = of.begin(i);
      job.form.tile({packed + (i - first) * size, strip, depth.size},
                    {to.c + row * to.stride + col, to.stride, to.beta}, of.begin(i + 1) - row,
                    std::min(with.cols, cols - col));
    }
  }
}

// How a part of C is cut into blocks for threads: by rows, of which a thread packs as many at a time as it has room
// for; by columns, for which rows are packed again, only where there are too few rows.
struct Cut {
  int64_t down, across;
};

Cut cut_of(const RowStrips& rows, int64_t cols, int64_t depth, int64_t packed_depth, const StripForm& form) {
  const ProductKernels& with = product_kernels();
  constexpr int64_t worth_a_thread = 1 << 20, least_strips = 4, blocks_a_thread = 8;  // the first: multiplications
  const int64_t strips = pieces(cols, with.cols), work = rows.count * with.rows * strips * with.cols * depth;
  const int64_t wanted = std::min<int64_t>(work / worth_a_thread, blocks_a_thread * free_threads());
  const int64_t needed = pieces(rows.count, std::max<int64_t>(1, own_room / form.size(packed_depth, with.strip)));
  const int64_t down = std::max(needed, std::min(wanted, rows.count / least_strips));
  return {down, std::clamp<int64_t>(wanted / down, 1, pieces(strips, least_strips))};
}

void multiply_all(const Multiplication& job, std::span<const Slice> slices, int64_t col, int64_t cols) {
  const int64_t width = product_kernels().cols, strips = pieces(cols, width), end_of_depth = slices.back().depth.end();
  const RowStrips rows(job.a.rows);
  const Cut cut = cut_of(rows, cols, end_of_depth - slices[0].depth.at, slices[0].depth.size, job.form.left);
  parallel_for(cut.down * cut.across, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t down = i / cut.across, across = i % cut.across;
      const int64_t first = edge(across, cut.across, strips), from = first * width,
                    until = std::min(cols, edge(across + 1, cut.across, strips) * width);
      const int64_t top = edge(down, cut.down, rows.count), bottom = edge(down + 1, cut.down, rows.count);
      for (const Slice& slice : slices)
        multiply(job, rows, top, bottom, {slice.depth, slice.b.from(first)}, until - from,
                 {job.to.c + col + from, job.to.stride, slice.depth.at == 0 ? job.to.beta : 1});
      if (end_of_depth == job.a.cols && job.finish)
        job.finish({rows.begin(top), rows.begin(bottom) - rows.begin(top), col + from, until - from});
    }
  });
}

// --- the whole -----------------------------------------------------------------------------------------------------

template <class F>
void for_depths(int64_t depth, Precision precision, const F& f) {
  constexpr int64_t even = 4;  // steps, of which no form takes more at once
  const int64_t n = pieces(depth, most_depth(precision)), quads = pieces(depth, even);
  const auto cut = [&](int64_t i) { return std::min(depth, edge(i, n, quads) * even); };
  for (int64_t i = 0; i < n; ++i) f(Depth{cut(i), cut(i + 1) - cut(i)});
}

void without_depth(const Multiplication& job, int64_t cols) {
  for (int64_t row = 0; row < job.a.rows && job.to.beta == 0; ++row)
    std::fill_n(job.to.c + row * job.to.stride, cols, real{0});
  if (job.finish) job.finish({0, job.a.rows, 0, cols});
}

// Packs as much of B as there is room for, and multiplies all of A with it.
void multiply_in_turn(const Multiplication& job, const Matrix& b, Precision precision, std::byte* packed,
                      int64_t room) {
  const int64_t width = product_kernels().cols;
  for_depths(b.rows, precision, [&](const Depth& depth) {
    const int64_t size = job.form.right.size(depth.size, width), strips = pieces(b.cols, width),
                  turns = pieces(strips, room / size);
    for (int64_t turn = 0; turn < turns; ++turn) {
      const int64_t first = edge(turn, turns, strips), last = edge(turn + 1, turns, strips), col = first * width;
      parallel_for(last - first, pieces(1 << 15, width * depth.size), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
          pack_cols(b, col + i * width, depth.at, depth.size, job.form.right, packed + i * size);
      });
      const Slice slice{depth, {packed, size}};
      multiply_all(job, {&slice, 1}, col, std::min(b.cols, last * width) - col);
    }
  });
}

void check(int64_t count, const Matrix& a, int64_t rows, int64_t cols, real beta) {
  require(a.cols == rows && std::min({count, a.rows, a.cols, cols}) >= 0,
          "product: got {} times {} x {} by {} x {}, want as many columns on the left as rows on the right", count,
          a.rows, a.cols, rows, cols);
  require(beta == 0 || beta == 1, "product: got beta {}, want 0 or 1", beta);
}

// Of both operands and the result, each of them once.
double bytes_of(const Matrix& a, int64_t cols, int64_t size, real beta) {
  const int64_t reals = a.rows * a.cols + (beta == 0 ? 1 : 2) * a.rows * cols;
  return static_cast<double>(reals * int64_t{sizeof(real)} + a.cols * cols * size);
}

}  // namespace

PackedMatrix::PackedMatrix(const Matrix& b, Precision precision) : rows_(b.rows), cols_(b.cols), precision_(precision) {
  const int64_t width = product_kernels().cols, strips = pieces(b.cols, width);
  const StripForm& form = product_kernels().form(precision).right;
  int64_t strip = 0;  // bytes
  for_depths(b.rows, precision, [&](const Depth& depth) { strip += form.size(depth.size, width); });
  strips_ = Array({strips, pieces(strip, sizeof(real))}, "PackedMatrix");
  parallel_for(strips, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      auto* to = reinterpret_cast<std::byte*>(strips_.data() + i * strips_.shape()[1]);
      for_depths(b.rows, precision, [&](const Depth& depth) {
        pack_cols(b, i * width, depth.at, depth.size, form, to);
        to += form.size(depth.size, width);
      });
    }
  });
}

void product(const Matrix& a, const PackedMatrix& b, real beta, real* c, int64_t c_stride, const Finish& finish) {
  check(1, a, b.rows(), b.cols(), beta);
  const profile::Product profiled(a.rows, b.cols(), a.cols,
                                  bytes_of(a, b.cols(), product_kernels().form(b.precision()).right.bytes, beta));
  if (a.rows == 0 || b.cols() == 0) return;
  const ProductForm& form = product_kernels().form(b.precision());
  const Multiplication job{a, {c, c_stride, beta}, finish, form};
  if (a.cols == 0) return without_depth(job, b.cols());
  const auto* strips = reinterpret_cast<const std::byte*>(b.strips().data());  // of the depth
  const int64_t strip = b.strips().shape()[1] * int64_t{sizeof(real)};
  std::vector<Slice> slices;
  for_depths(a.cols, b.precision(), [&](const Depth& depth) {
    slices.push_back({depth, {strips, strip}});
    strips += form.right.size(depth.size, product_kernels().cols);
  });
  multiply_all(job, slices, 0, b.cols());
}

void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride, const Finish& finish,
             Precision precision) {
  check(1, a, b.rows, b.cols, beta);
  const profile::Product profiled(a.rows, b.cols, a.cols, bytes_of(a, b.cols, sizeof(real), beta));
  if (a.rows == 0 || b.cols == 0) return;
  const ProductKernels& with = product_kernels();
  const Multiplication job{a, {c, c_stride, beta}, finish, with.form(precision)};
  if (a.cols == 0) return without_depth(job, b.cols);
  const int64_t all =
      pieces(b.cols, with.cols) * job.form.right.size(std::min(b.rows, most_depth(precision)), with.cols);
  const bool beside_others = threads() > 1 && free_threads() == 1;
  if (all <= own_room || beside_others)
    return multiply_in_turn(job, b, precision, at_least(own().b, own_room), own_room);
  Array room({std::min(all, shared_room) / int64_t{sizeof(real)}}, "product");
  multiply_in_turn(job, b, precision, reinterpret_cast<std::byte*>(room.data()), shared_room);
}

void product(const ProductBatch& batch, const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride) {
  check(batch.count, a, b.rows, b.cols, beta);
  constexpr int64_t worth_all_threads = 1 << 24;  // multiplications
  const int64_t work = a.rows * b.cols * a.cols, grain = std::max<int64_t>(1, (1 << 19) / std::max<int64_t>(1, work));
  parallel_for(batch.count, work < worth_all_threads ? grain : batch.count, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Matrix left = a, right = b;
      left.data += i * batch.a_step;
      right.data += i * batch.b_step;
      product(left, right, beta, c + i * batch.c_step, c_stride);
    }
  });
}

}  // namespace bertlet
