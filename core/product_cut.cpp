#include "core/product_cut.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace bertlet {
namespace {

constexpr int64_t col_step = 16, depth_step = 16;

bool floats_on_avx512() {
  static const bool yes = [] {
    const std::string_view core = openblas_get_corename();
    return core == "SkylakeX" || core == "Cooperlake" || core == "SapphireRapids";
  }();
  return sizeof(real) == sizeof(float) && yes;
}

int64_t row_step() { return floats_on_avx512() ? 4 : 24; }

// Up to a million multiplications OpenBLAS's kernel for AVX-512 is another one, which does not pack its operands. For
// floats of little depth, where packing is most of the work, tiles are made for it: there both give the same bits.
constexpr int64_t most_of_small_kernel = 1'000'000;
bool shallow(const ProductShape& of) { return of.depth <= 32 && floats_on_avx512(); }

// The first of n pieces is the shortest.
int64_t edge(int64_t index, int64_t n, int64_t step, int64_t length) {
  return index == n ? length : index * length / n / step * step;
}
int64_t least_piece(int64_t length, int64_t n, int64_t step) { return edge(1, n, step, length); }

bool allows(const ProductShape& of, const ProductCut& cut) {
  if (cut.down == 1 && cut.across == 1) return true;
  const int64_t rows = least_piece(of.rows, cut.down, row_step()), cols = least_piece(of.cols, cut.across, col_step),
                depth = least_piece(of.depth, cut.slices, depth_step);
  if (rows == 0 || cols == 0 || (cut.across > 1 && !floats_on_avx512())) return false;
  return shallow(of) || rows * cols * depth > most_of_small_kernel;
}

// In multiplications. Packing a number of A serves all columns and takes twice as long as packing one of B, which
// serves all rows; a number of C is fetched and stored once for all the depth.
double time(const ProductShape& of, const ProductCut& cut, int threads) {
  constexpr double packing = 33;
  const auto share = [](int64_t length, int64_t n) { return static_cast<double>(length) / static_cast<double>(n); };
  const double r = share(of.rows, cut.down), c = share(of.cols, cut.across), d = share(of.depth, cut.slices);
  const double rounds = std::ceil(share(of.count * cut.tiles(), threads));
  return rounds * (r * c * d + packing * (c * d + 2 * r * d + 2 * r * c));
}

ProductCut quickest(const ProductShape& of, int64_t slices, int threads) {
  const int64_t worth_it = of.rows * of.cols * of.depth / slices / most_of_small_kernel;
  const int64_t most = std::min((2 * threads - 1) / (of.count * slices) + 1, worth_it);
  ProductCut best{.slices = slices};
  double least = time(of, best, threads);
  for (int64_t down = 1; down <= most; ++down)
    for (int64_t across = 1; down * across <= most; ++across) {
      const ProductCut cut{down, across, slices};
      if (const double its = time(of, cut, threads); its < least && allows(of, cut)) best = cut, least = its;
    }
  return best;
}

// Chosen for four threads, whatever their number will be. What a thread alone multiplies on its way, as attention does,
// is small and stays whole.
int64_t slices_of(const ProductShape& of) {
  constexpr int64_t most = 8, least_depth = 192, least_work = 1 << 23;
  constexpr int threads = 4;
  if (of.count > 1 || of.rows * of.cols * of.depth < least_work) return 1;
  int64_t best = 1;
  double least = time(of, quickest(of, 1, threads), threads);
  for (int64_t slices = 2; slices <= most && of.depth / slices >= least_depth; slices *= 2)
    if (const double its = time(of, quickest(of, slices, threads), threads); its < least) best = slices, least = its;
  return best;
}

ProductCut shallow_cut(const ProductShape& of, int threads) {
  constexpr int64_t tile = 600'000;
  const int64_t work = of.rows * of.cols * of.depth, across = (row_step() * of.cols * of.depth - 1) / tile + 1;
  const int64_t wanted = std::max(work / tile, std::min<int64_t>(threads, work * 2 / tile));
  return {std::clamp<int64_t>(wanted / across, 1, std::max<int64_t>(1, of.rows / row_step())), across, 1};
}

// Where nobody has tried whether the steps hold, one cut serves any number of threads.
#if defined(__x86_64__)
int counted(int threads) { return std::min(threads, 64); }
#else
int counted(int) { return 4; }
#endif

}  // namespace

ProductCut cut_for(const ProductShape& shape, int free_threads) {
  const int threads = counted(free_threads);
  if (shallow(shape)) return allowed_cut(shape, shallow_cut(shape, threads));
  return quickest(shape, slices_of(shape), threads);
}

ProductCut allowed_cut(const ProductShape& shape, const ProductCut& wish) {
  ProductCut cut = wish;
  cut.slices = std::clamp<int64_t>(cut.slices, 1, std::max<int64_t>(1, shape.depth / depth_step));
  if (!floats_on_avx512()) cut.across = 1;
  while (!allows(shape, cut)) --(cut.across > cut.down ? cut.across : cut.down);
  return cut;
}

ProductTile tile_of(const ProductShape& shape, const ProductCut& cut, int64_t index) {
  const auto cut_off = [](int64_t i, int64_t n, int64_t step, int64_t length) {
    const int64_t begin = edge(i, n, step, length);
    return std::pair{begin, edge(i + 1, n, step, length) - begin};
  };
  const auto [row, rows] = cut_off(index / cut.across % cut.down, cut.down, row_step(), shape.rows);
  const auto [col, cols] = cut_off(index % cut.across, cut.across, col_step, shape.cols);
  const auto [at, depth] = cut_off(index / cut.across / cut.down, cut.slices, depth_step, shape.depth);
  return {row, col, at, rows, cols, depth};
}

}  // namespace bertlet
