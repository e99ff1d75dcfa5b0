#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/product/product.h"
#include "core/require.h"

namespace bertlet {

namespace {

// One operand: a stack of matrices, each rows × cols after transposition.
struct Operand {
  Shape batch;
  int64_t rows, cols;
  bool transposed;

  Matrix at(const real* data) const { return {data, rows, cols, transposed ? rows : cols, transposed}; }
  Operand flipped() const { return {batch, cols, rows, !transposed}; }
  Shape stored(const Shape& of_batch) const {
    return transposed ? of_batch.plus(cols).plus(rows) : of_batch.plus(rows).plus(cols);
  }
};

// C[i] <- A[i] B[i] + β C[i] for all matrices of a stack of shape `batch`.
void multiply(const Shape& batch, const Operand& a, const real* a_data, const Operand& b, const real* b_data, real beta,
              real* c) {
  if (batch.count() == 0 || a.rows == 0 || b.cols == 0) return;
  const Walk<2> walk(batch, {&a.batch, &b.batch});
  const int64_t a_size = a.rows * a.cols, b_size = b.rows * b.cols, c_size = a.rows * b.cols;
  const ProductBatch along{walk.run(), walk.step(0) * a_size, walk.step(1) * b_size, c_size};
  for (int64_t run = 0; run < walk.runs(); ++run) {
    const auto from = walk.offsets(run);
    product(along, a.at(a_data + from[0] * a_size), b.at(b_data + from[1] * b_size), beta,
            c + run * walk.run() * c_size, b.cols);
  }
}

// The gradient of an operand is a product too; where the operand was repeated, the products are added up.
void multiply_into(Into g, const Operand& operand, const Shape& batch, const Operand& x, const real* x_data,
                   const Operand& z, const real* z_data) {
  if (operand.batch == batch) {
    const Into::Slot to = g.open();
    return multiply(batch, x, x_data, z, z_data, to.beta, to.data);
  }
  Array repeated(operand.stored(batch), "matmul");
  multiply(batch, x, x_data, z, z_data, 0, repeated.data());
  g += reduced_to("matmul", std::move(repeated), operand.stored(operand.batch)).shaped(g.shape());
}

// Who multiplies whom, once vectors have become matrices.
struct Plan {
  Operand a, b;
  Shape batch;

  Plan(const Shape& of_a, const Shape& of_b, const MatmulOptions& options)
      : a(operand(of_a, options.transpose_a, of_a.rank() == 1)), b(operand(of_b, options.transpose_b, false)) {
    require(a.cols == b.rows,
            "matmul: got {} and {}, want {} columns on the left to meet as many rows on the right, not {}", of_a, of_b,
            a.cols, b.rows);
    batch = broadcast("matmul", a.batch, b.batch);
  }

  static Operand operand(const Shape& shape, bool transposed, bool row) {
    require(shape.rank() >= 1, "matmul: got a single number, want a matrix — mul multiplies by a number");
    if (shape.rank() == 1) return row ? Operand{{}, 1, shape[0], false} : Operand{{}, shape[0], 1, false};
    const Shape batch(shape.first(shape.rank() - 2));
    return transposed ? Operand{batch, shape[-1], shape[-2], true} : Operand{batch, shape[-2], shape[-1], false};
  }

  // Many matrices that meet the same one are one tall matrix.
  void flatten() {
    const int64_t rows = a.batch.plus(a.rows).count();
    if (a.transposed || b.batch.rank() > 0 || rows == Shape::too_large) return;
    a.rows = rows;
    a.batch = batch = {};
  }

  Operand y() const { return {batch, a.rows, b.cols, false}; }

  void grad_a(const Array& dy, const Array& b_value, Into da) const {
    if (a.transposed)
      multiply_into(da, a, batch, b, b_value.data(), y().flipped(), dy.data());
    else
      multiply_into(da, a, batch, y(), dy.data(), b.flipped(), b_value.data());
  }
  void grad_b(const Array& dy, const Array& a_value, Into db) const {
    if (b.transposed)
      multiply_into(db, b, batch, y().flipped(), dy.data(), a, a_value.data());
    else
      multiply_into(db, b, batch, a.flipped(), a_value.data(), y(), dy.data());
  }
};

Shape result_shape(const Plan& plan, const Shape& of_a, const Shape& of_b) {
  Shape shape = plan.batch;
  if (of_a.rank() > 1) shape = shape.plus(plan.a.rows);
  if (of_b.rank() > 1) shape = shape.plus(plan.b.cols);
  return shape;
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b, const MatmulOptions& options) {
  Plan plan(a.shape(), b.shape(), options);
  Array y(result_shape(plan, a.shape(), b.shape()), "matmul");
  plan.flatten();
  multiply(plan.batch, plan.a, a.value().data(), plan.b, b.value().data(), 0, y.data());
  Array kept_a = b.wants_grad() ? a.value() : Array(), kept_b = a.wants_grad() ? b.value() : Array();
  return record<"matmul">(y, {a, b}, [plan, a = std::move(kept_a), b = std::move(kept_b)](Array dy, Into da, Into db) {
    if (da) plan.grad_a(dy, b, da);
    if (db) plan.grad_b(dy, a, db);
  });
}

}  // namespace bertlet
