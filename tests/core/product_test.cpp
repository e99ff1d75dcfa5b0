#include "core/product/product.h"

#include <cmath>

#include "core/array.h"
#include "core/parallel.h"
#include "core/random.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

struct Case {
  int64_t rows, cols, depth;
  bool transpose_a = false, transpose_b = false;
  int64_t count = 1;
  real beta = 0;
};

struct Operands {
  Array a, b, c;
  Matrix left, right;
  ProductBatch batch;

  explicit Operands(const Case& of)
      : a(normal({.seed = 1}, {of.count * of.rows * of.depth})),
        b(normal({.seed = 2}, {of.count * of.depth * of.cols})),
        c(normal({.seed = 3}, {of.count * of.rows * of.cols})),
        left{a.data(), of.rows, of.depth, of.transpose_a ? of.rows : of.depth, of.transpose_a},
        right{b.data(), of.depth, of.cols, of.transpose_b ? of.depth : of.cols, of.transpose_b},
        batch{of.count, of.rows * of.depth, of.depth * of.cols, of.rows * of.cols} {}
};

Array multiplied(const Case& of) {
  Operands x(of);
  product(x.batch, x.left, x.right, of.beta, x.c.data(), of.cols);
  return x.c;
}

double element(const Matrix& m, int64_t offset, int64_t row, int64_t col) {
  return static_cast<double>(m.data[offset + (m.transposed ? col * m.stride + row : row * m.stride + col)]);
}

double largest_error(const Case& of) {
  const Operands x(of);
  const Array got = multiplied(of);
  double worst = 0;
  for (int64_t i = 0; i < of.count; ++i)
    for (int64_t r = 0; r < of.rows; ++r)
      for (int64_t c = 0; c < of.cols; ++c) {
        const int64_t at = (i * of.rows + r) * of.cols + c;
        double want = of.beta == 0 ? 0 : static_cast<double>(x.c[at]);
        for (int64_t k = 0; k < of.depth; ++k)
          want += element(x.left, i * x.batch.a_step, r, k) * element(x.right, i * x.batch.b_step, k, c);
        worst = std::max(worst, std::abs(static_cast<double>(got[at]) - want));
      }
  return worst;
}

}  // namespace

TEST_CASE("products are what the definition says", "[product]") {
  for (const bool a : {false, true})
    for (const bool b : {false, true})
      for (const real beta : {real{0}, real{1}})
        for (const Case& of : {Case{1, 1, 1}, Case{3, 5, 7}, Case{16, 40, 9}, Case{95, 33, 64}, Case{130, 1, 50},
                               Case{1, 130, 50}, Case{70, 110, 300}, Case{4, 6, 5, false, false, 3}}) {
          const Case c{of.rows, of.cols, of.depth, a, b, of.count, beta};
          INFO(c.rows << " x " << c.cols << " x " << c.depth << " transposed " << a << b << " beta " << beta);
          CHECK(largest_error(c) < (sizeof(real) == 8 ? 1e-12 : 1e-4));
        }
}

TEST_CASE("a deep product is the sum of its slices", "[product]") {
  CHECK(largest_error({3, 4, 20000}) < (sizeof(real) == 8 ? 1e-9 : 1e-2));
  CHECK(largest_error({3, 4, 20000, true, true, 1, 1}) < (sizeof(real) == 8 ? 1e-9 : 1e-2));
}

TEST_CASE("a product without depth is zero, or leaves what was there", "[product]") {
  CHECK(multiplied({2, 3, 0}).values() == std::vector<real>(6, 0));
  CHECK(multiplied({2, 3, 0, false, false, 1, 1}).values() == normal({.seed = 3}, {6}).values());
  CHECK(multiplied({0, 3, 4}).size() == 0);
}

TEST_CASE("beta 0 does not read what was there", "[product]") {
  Operands x({5, 6, 7});
  for (int64_t i = 0; i < x.c.size(); ++i) x.c[i] = static_cast<real>(NAN);
  product(x.left, x.right, 0, x.c.data(), 6);
  for (int64_t i = 0; i < x.c.size(); ++i) CHECK(std::isfinite(x.c[i]));
}

TEST_CASE("products have the same bits with 1, 2, 3 and 8 threads", "[product][threads]") {
  for (const Case& of : {Case{16, 768, 768, false, true}, Case{95, 768, 768, false, true}, Case{256, 512, 256},
                         Case{768, 256, 300, true}, Case{153, 900, 128, false, true}, Case{40, 50, 9000},
                         Case{64, 64, 64, false, true, 24}, Case{333, 517, 129}}) {
    INFO(of.rows << " x " << of.cols << " x " << of.depth);
    set_threads(1);
    const Array one = multiplied(of);
    for (const int count : {2, 3, 8}) {
      set_threads(count);
      CHECK(multiplied(of).values() == one.values());
    }
    set_threads(0);
  }
}

TEST_CASE("an element's bits follow from its row, its column and the depth alone", "[product]") {
  for (const Case& of : {Case{101, 99, 101}, Case{64, 512, 1100, true}, Case{30, 1111, 128, false, true},
                         Case{240, 33, 2100, true, true}, Case{128, 64, 37}}) {
    INFO(of.rows << " x " << of.cols << " x " << of.depth);
    const Operands x(of);
    const Array want = multiplied(of);
    for (const Block& part : {Block{0, 1, 0, of.cols}, Block{of.rows - 3, 3, 5, 17}, Block{7, 16, of.cols - 1, 1}}) {
      Array c({part.rows, part.cols});
      product(x.left.part(part.row, part.rows, 0, of.depth), x.right.part(0, of.depth, part.col, part.cols), 0,
              c.data(), part.cols);
      for (int64_t row = 0; row < part.rows; ++row)
        for (int64_t col = 0; col < part.cols; ++col)
          CHECK(c[row * part.cols + col] == want[(part.row + row) * of.cols + part.col + col]);
    }
  }
}

TEST_CASE("a packed operand gives the same bits", "[product][threads]") {
  for (const Case& of : {Case{1, 768, 768, false, true}, Case{17, 70, 90}, Case{200, 300, 1500, true, true, 1, 1},
                         Case{5, 1, 3}, Case{3, 4, 0, false, false, 1, 1}, Case{0, 3, 4}}) {
    INFO(of.rows << " x " << of.cols << " x " << of.depth);
    Operands x(of);
    product(x.left, PackedMatrix(x.right), of.beta, x.c.data(), of.cols);
    CHECK(x.c.values() == multiplied(of).values());
  }
}

TEST_CASE("a packed operand keeps its numbers as precisely as it says", "[product]") {
  const Case of{9, 70, 1700, false, true};
  const Operands x(of);
  for (const auto& [precision, tolerance] :
       {std::pair{Precision::fp32, 1e-5}, {Precision::bf16, 1.0 / 256}, {Precision::int8, 1.0 / 80}}) {
    Array ones = Array::zeros({of.rows, of.depth}), got({of.rows, of.cols}), sums({of.rows, of.cols});
    for (int64_t row = 0; row < of.rows; ++row) ones[row * of.depth + 100 * row + row] = 1;  // picks a row of B
    const PackedMatrix packed(x.right, precision);
    product({ones.data(), of.rows, of.depth, of.depth}, packed, 0, got.data(), of.cols);
    for (int64_t row = 0; row < of.rows; ++row)
      for (int64_t col = 0; col < of.cols; ++col) {
        const double want = element(x.right, 0, 101 * row, col), had = static_cast<double>(got[row * of.cols + col]);
        CHECK(std::abs(had - want) <= tolerance * (precision == Precision::int8 ? 4 : std::abs(want)));
      }
    product(x.left, packed, 0, sums.data(), of.cols);  // and errors do not add up beyond what roundings do
    const Array exact = multiplied(of);
    double off = 0, size = 0;
    for (int64_t i = 0; i < exact.size(); ++i) {
      off += std::pow(static_cast<double>(sums[i] - exact[i]), 2);
      size += std::pow(static_cast<double>(exact[i]), 2);
    }
    CHECK(std::sqrt(off / size) < tolerance);
  }
}

TEST_CASE("products in fewer bits have the same bits with 1, 2, 3 and 8 threads, packed before or not",
          "[product][threads]") {
  for (const Precision precision : {Precision::bf16, Precision::int8})
    for (const Case& of : {Case{1, 768, 768, false, true}, Case{95, 333, 769, true, true}, Case{200, 70, 3101}}) {
      INFO(of.rows << " x " << of.cols << " x " << of.depth);
      const Operands x(of);
      const auto multiplied_by = [&](int threads, bool packed) {
        set_threads(threads);
        Array c({of.rows, of.cols});
        if (packed) product(x.left, PackedMatrix(x.right, precision), 0, c.data(), of.cols);
        if (!packed) product(x.left, x.right, 0, c.data(), of.cols, {}, precision);
        set_threads(0);
        return c.values();
      };
      const std::vector<real> one = multiplied_by(1, false);
      for (const int count : {1, 2, 3, 8}) {
        CHECK(multiplied_by(count, true) == one);
        CHECK(multiplied_by(count, false) == one);
      }
    }
}

namespace {

// What the kernels of an instruction set make of a tile, of which the last lanes are not asked for.
std::vector<real> tile_in(Isa isa, Precision precision, const Array& a, const Array& b, int64_t depth) {
  constexpr int64_t rows = 5, cols = 3;
  const ProductKernels& with = product_kernels(isa);
  const ProductForm& form = with.form(precision);
  const auto packed = [&](const StripForm& as, const Array& x, int64_t count, int64_t width) {
    std::vector<real> strip(to_size(depth * width)), to(to_size(as.size(depth, width)) / sizeof(real) + 1);
    with.pack(x.data(), depth, 1, count, depth, width, strip.data());
    if (!as.convert) return strip;
    as.convert(strip.data(), depth, width, to.data());
    return to;
  };
  std::vector<real> c(rows * cols);
  form.tile({packed(form.left, a, rows, with.strip).data(), packed(form.right, b, cols, with.cols).data(), depth},
            {c.data(), cols, 0}, rows, cols);
  return c;
}

}  // namespace

TEST_CASE("products in bf16 and int8 have the same bits on every instruction set", "[product]") {
  for (const int64_t depth : {1, 2, 3, 4, 5, 64, 771})
    for (const Precision precision : {Precision::bf16, Precision::int8}) {
      const Array a = normal({.seed = 1}, {5 * depth}), b = normal({.seed = 2}, {3 * depth});
      const std::vector<real> want = tile_in(Isa::v2, precision, a, b, depth);
      for (const Isa isa : {Isa::v3, Isa::v4, Isa::v4_vnni, Isa::v4_bf16})
        if (machine_has(isa)) {
          INFO(isa_name(isa) << ", depth " << depth);
          CHECK(tile_in(isa, precision, a, b, depth) == want);
        }
    }
}

TEST_CASE("int8 multiplies whole numbers exactly", "[product]") {
  const Case of{30, 40, 256};
  Operands x(of);
  for (int64_t i = 0; i < x.a.size(); ++i)
    x.a[i] = static_cast<real>((i * 7919 + i / 256) % 256 - 100);  // all 256 in each row
  for (int64_t i = 0; i < x.b.size(); ++i) x.b[i] = static_cast<real>((i * 7919 + i / 40) % 255 - 127);
  for (int64_t col = 0; col < of.cols; ++col) x.b[col] = -127;  // every column has its largest
  product(x.left, x.right, 0, x.c.data(), of.cols, {}, Precision::int8);
  for (int64_t row = 0; row < of.rows; ++row)
    for (int64_t col = 0; col < of.cols; ++col) {
      int64_t want = 0;
      for (int64_t k = 0; k < of.depth; ++k)
        want += static_cast<int64_t>(x.a[row * of.depth + k]) * static_cast<int64_t>(x.b[k * of.cols + col]);
      CHECK(x.c[row * of.cols + col] == static_cast<real>(want));
    }
}

TEST_CASE("what is not finite stays so in fewer bits", "[product]") {
  for (const Precision precision : {Precision::bf16, Precision::int8})
    for (const double wrong : {static_cast<double>(NAN), static_cast<double>(INFINITY)})
      for (const bool left : {true, false}) {
        Operands x({20, 40, 90});
        (left ? x.a : x.b)[7] = static_cast<real>(wrong);
        product(x.left, x.right, 0, x.c.data(), 40, {}, precision);
        for (int64_t i = 0; i < 20 * 40; ++i) CHECK(std::isfinite(x.c[i]) != (left ? i < 40 : i % 40 == 7));
      }
}

TEST_CASE("every part of a product is finished once, when all of its depth is there", "[product][threads]") {
  for (const Case& of : {Case{300, 400, 2100, false, true}, Case{2, 3000, 768}, Case{3, 4, 0}, Case{1, 1, 1}}) {
    INFO(of.rows << " x " << of.cols << " x " << of.depth);
    const Array want = multiplied(of);
    Operands x(of);
    product(x.left, x.right, 0, x.c.data(), of.cols, [&](const Block& part) {
      for (int64_t row = part.row; row < part.row + part.rows; ++row)
        for (int64_t col = part.col; col < part.col + part.cols; ++col) x.c[row * of.cols + col] += 1;
    });
    for (int64_t i = 0; i < want.size(); ++i) CHECK(x.c[i] == want[i] + 1);
  }
}

TEST_CASE("a product writes nothing outside of its result", "[product][threads]") {
  const Case of{45, 70, 300};
  const Operands x(of);
  Array c = Array::filled({47, 90}, 7);
  product(x.left, x.right, 0, c.data() + 90 + 10, 90);
  for (int64_t row = 0; row < 47; ++row)
    for (int64_t col = 0; col < 90; ++col)
      if (row < 1 || row > 45 || col < 10 || col >= 80) CHECK(c[row * 90 + col] == 7);
}

TEST_CASE("product says what does not fit", "[product]") {
  Operands x({2, 3, 4});
  CHECK_THROWS_WITH(product(x.left, x.left, 0, x.c.data(), 3),
                    Catch::Matchers::ContainsSubstring("product: got 1 times 2 x 4 by 2 x 4"));
  CHECK_THROWS_WITH(product(x.left, x.right, real(0.5), x.c.data(), 3),
                    Catch::Matchers::ContainsSubstring("product: got beta 0.5"));
}
