#include "core/product/product.h"

#include <algorithm>
#include <cstddef>
#include <memory>
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
constexpr int64_t own_room = 128 << 10, shared_room = 2 << 20;  // numbers
constexpr int64_t most_depth = 1536;                            // of what is packed at a time

struct OwnRoom {
  std::unique_ptr<real[]> a = std::make_unique<real[]>(own_room), b = std::make_unique<real[]>(own_room);
};
OwnRoom& own() {
  thread_local OwnRoom room;
  return room;
}

// --- packing -------------------------------------------------------------------------------------------------------

// Lanes beyond the matrix's end are zeros; what comes before it may hold neighbours, which nobody reads.
void pack_rows(const Matrix& a, int64_t row, int64_t at, int64_t depth, real* to) {
  const ProductKernels& with = product_kernels();
  const Matrix part = a.part(row, a.rows - row, at, depth);
  with.pack(part.data, a.transposed ? 1 : a.stride, a.transposed ? a.stride : 1, part.rows, depth, with.strip, to);
}

void pack_cols(const Matrix& b, int64_t col, int64_t at, int64_t depth, real* to) {
  const ProductKernels& with = product_kernels();
  const Matrix part = b.part(at, depth, col, b.cols - col);
  with.pack(part.data, b.transposed ? b.stride : 1, b.transposed ? 1 : b.stride, part.cols, depth, with.cols, to);
}

// --- a block of C --------------------------------------------------------------------------------------------------

// Strips of B's columns, `step` bytes from one to the next, each from where the depth begins.
struct Strips {
  const std::byte* data;
  int64_t step;
  Precision precision = Precision::fp32;
  const real* scales = nullptr;

  Strips from(int64_t strip) const {
    return {data + strip * step, step, precision, scales ? scales + strip * product_kernels().cols : nullptr};
  }
};

int64_t size_in(Precision precision) {
  return precision == Precision::fp32 ? sizeof(real) : precision == Precision::bf16 ? 2 : 1;
}

using Target = ProductKernels::Target;

// Rows of A are shared out evenly among as few strips as will do.
struct RowStrips {
  int64_t rows, count;
  explicit RowStrips(int64_t n) : rows(n), count(pieces(n, product_kernels().rows)) {}
  int64_t begin(int64_t strip) const { return edge(strip, count, rows); }
};

struct Depth {
  int64_t at, size;
};

void multiply(const Matrix& a, const RowStrips& of, int64_t first, int64_t last, const Strips& b, int64_t cols,
              const Depth& depth, const Target& to) {
  const ProductKernels& with = product_kernels();
  real* packed = own().a.get();
  const int64_t size = with.strip * depth.size;
  for (int64_t i = first; i < last; ++i) pack_rows(a, of.begin(i), depth.at, depth.size, packed + (i - first) * size);
  for (int64_t col = 0; col < cols; col += with.cols) {
    const Strips strip = b.from(col / with.cols);
    for (int64_t i = first; i < last; ++i) {
      const int64_t row = of.begin(i);
      with.tile[to_size(b.precision)]({packed + (i - first) * size, strip.data, strip.scales, depth.size},
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

Cut cut_of(const RowStrips& rows, int64_t cols, int64_t depth) {
  const ProductKernels& with = product_kernels();
  constexpr int64_t worth_a_thread = 1 << 20, least_strips = 4, blocks_a_thread = 8;  // the first: multiplications
  const int64_t strips = pieces(cols, with.cols), work = rows.count * with.rows * strips * with.cols * depth;
  const int64_t wanted = std::min<int64_t>(work / worth_a_thread, blocks_a_thread * free_threads());
  const int64_t needed = pieces(rows.count, own_room / (with.strip * depth));
  const int64_t down = std::max(needed, std::min(wanted, rows.count / least_strips));
  return {down, std::clamp<int64_t>(wanted / down, 1, pieces(strips, least_strips))};
}

struct Multiplication {
  const Matrix& a;
  Target to;
  const Finish& finish;
};

void multiply_all(const Multiplication& job, const Strips& b, int64_t col, int64_t cols, const Depth& depth) {
  const int64_t width = product_kernels().cols, strips = pieces(cols, width);
  const RowStrips rows(job.a.rows);
  const Cut cut = cut_of(rows, cols, depth.size);
  const bool last = depth.at + depth.size == job.a.cols;
  const Target to{job.to.c + col, job.to.stride, depth.at == 0 ? job.to.beta : 1};
  parallel_for(cut.down * cut.across, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t down = i / cut.across, across = i % cut.across;
      const int64_t first = edge(across, cut.across, strips), from = first * width,
                    until = std::min(cols, edge(across + 1, cut.across, strips) * width);
      const int64_t top = edge(down, cut.down, rows.count), bottom = edge(down + 1, cut.down, rows.count);
      multiply(job.a, rows, top, bottom, b.from(first), until - from, depth, {to.c + from, to.stride, to.beta});
      if (last && job.finish)
        job.finish({rows.begin(top), rows.begin(bottom) - rows.begin(top), col + from, until - from});
    }
  });
}

// --- the whole -----------------------------------------------------------------------------------------------------

template <class F>
void for_depths(int64_t depth, const F& f) {
  const int64_t n = pieces(depth, most_depth);
  for (int64_t i = 0; i < n; ++i) f(Depth{edge(i, n, depth), edge(i + 1, n, depth) - edge(i, n, depth)});
}

void without_depth(const Multiplication& job, int64_t cols) {
  for (int64_t row = 0; row < job.a.rows && job.to.beta == 0; ++row)
    std::fill_n(job.to.c + row * job.to.stride, cols, real{0});
  if (job.finish) job.finish({0, job.a.rows, 0, cols});
}

// Packs as much of B as there is room for, and multiplies all of A with it.
void multiply_in_turn(const Multiplication& job, const Matrix& b, real* packed, int64_t room) {
  const int64_t width = product_kernels().cols;
  for_depths(b.rows, [&](const Depth& depth) {
    const int64_t size = width * depth.size, strips = pieces(b.cols, width), turns = pieces(strips, room / size);
    for (int64_t turn = 0; turn < turns; ++turn) {
      const int64_t first = edge(turn, turns, strips), last = edge(turn + 1, turns, strips), col = first * width;
      parallel_for(last - first, pieces(1 << 15, size), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) pack_cols(b, col + i * width, depth.at, depth.size, packed + i * size);
      });
      multiply_all(job, {reinterpret_cast<const std::byte*>(packed), size * int64_t{sizeof(real)}}, col,
                   std::min(b.cols, last * width) - col, depth);
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
  const ProductKernels& with = product_kernels();
  const int64_t strips = pieces(b.cols, with.cols), size = with.cols * b.rows, bytes = size * size_in(precision);
  strips_ = Array({strips, pieces(bytes, sizeof(real))}, "PackedMatrix");
  if (precision == Precision::int8) scales_ = Array({strips * with.cols}, "PackedMatrix");
  parallel_for(strips, 1, [&](int64_t begin, int64_t end) {
    std::vector<real> whole(precision == Precision::fp32 ? 0 : to_size(size));
    for (int64_t i = begin; i < end; ++i) {
      real* to = strips_.data() + i * strips_.shape()[1];
      pack_cols(b, i * with.cols, 0, b.rows, whole.empty() ? to : whole.data());
      if (precision == Precision::bf16) with.to_bf16(whole.data(), b.rows, reinterpret_cast<std::uint16_t*>(to));
      if (precision == Precision::int8)
        with.to_int8(whole.data(), b.rows, reinterpret_cast<std::int8_t*>(to), scales_.data() + i * with.cols);
    }
  });
}

void product(const Matrix& a, const PackedMatrix& b, real beta, real* c, int64_t c_stride, const Finish& finish) {
  check(1, a, b.rows(), b.cols(), beta);
  const profile::Product profiled(a.rows, b.cols(), a.cols, bytes_of(a, b.cols(), size_in(b.precision()), beta));
  if (a.rows == 0 || b.cols() == 0) return;
  const Multiplication job{a, {c, c_stride, beta}, finish};
  if (a.cols == 0) return without_depth(job, b.cols());
  const int64_t step = product_kernels().cols * size_in(b.precision());  // of the depth
  const auto* strips = reinterpret_cast<const std::byte*>(b.strips().data());
  const int64_t strip = b.strips().shape()[1] * int64_t{sizeof(real)};
  for_depths(a.cols, [&](const Depth& depth) {
    multiply_all(job, {strips + depth.at * step, strip, b.precision(), b.scales().data()}, 0, b.cols(), depth);
  });
}

void product(const Matrix& a, const Matrix& b, real beta, real* c, int64_t c_stride, const Finish& finish) {
  check(1, a, b.rows, b.cols, beta);
  const profile::Product profiled(a.rows, b.cols, a.cols, bytes_of(a, b.cols, sizeof(real), beta));
  if (a.rows == 0 || b.cols == 0) return;
  const Multiplication job{a, {c, c_stride, beta}, finish};
  if (a.cols == 0) return without_depth(job, b.cols);
  const int64_t all = pieces(b.cols, product_kernels().cols) * product_kernels().cols * std::min(b.rows, most_depth);
  const bool beside_others = threads() > 1 && free_threads() == 1;
  if (all <= own_room || beside_others) return multiply_in_turn(job, b, own().b.get(), own_room);
  Array room({std::min(all, shared_room)}, "product");
  multiply_in_turn(job, b, room.data(), shared_room);
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
