#pragma once
#include <vector>

#include "core/autograd.h"

namespace bertlet {

// Element by element, with broadcasting in NumPy's way.
Tensor add(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& a, const Tensor& b);
Tensor neg(const Tensor& a);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator-(const Tensor& a) { return neg(a); }

Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor sigmoid(const Tensor& x);    // 1 / (1 + exp(−x))
Tensor relu(const Tensor& x);       // max(x, 0); the derivative at 0 is 0
Tensor gelu(const Tensor& x);       // x Φ(x) = x (1 + erf(x / √2)) / 2
Tensor gelu_tanh(const Tensor& x);  // x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, as Google's code has it

struct MatmulOptions {
  bool transpose_a = false, transpose_b = false;  // the last two axes change places
};

// The last two axes are matrices, the axes before them broadcast. As in NumPy a vector on the left is one row and on
// the right one column, and its axis is dropped from the result.
Tensor matmul(const Tensor& a, const Tensor& b, const MatmulOptions& options = {});

enum class Keep { no, yes };  // whether a reduced axis stays, with length 1

// Over all elements, over one axis, or over several. Axes count from the front, or from the end with −1, −2, …
Tensor sum(const Tensor& x);
Tensor sum(const Tensor& x, int axis, Keep keep = Keep::no);
Tensor sum(const Tensor& x, std::initializer_list<int> axes, Keep keep = Keep::no);
Tensor sum(const Tensor& x, std::span<const int> axes, Keep keep);

Tensor mean(const Tensor& x);
Tensor mean(const Tensor& x, int axis, Keep keep = Keep::no);
Tensor mean(const Tensor& x, std::initializer_list<int> axes, Keep keep = Keep::no);
Tensor mean(const Tensor& x, std::span<const int> axes, Keep keep);

// The gradient goes to the first of several equal maxima. A NaN is a maximum.
Tensor max(const Tensor& x);
Tensor max(const Tensor& x, int axis, Keep keep = Keep::no);

// Where the largest number is, the first of them if there are several.
int64_t argmax(std::span<const real> numbers);
std::vector<int64_t> argmax_of_rows(const Array& x);  // [N, C]: one for each row

// The plain sum on arrays: the named axes stay, with length 1. In fixed blocks, so that the bits do not depend on the
// number of threads.
Array summed(const char* operation, const Array& x, const std::array<bool, Shape::max_rank>& axes);

Tensor softmax(const Tensor& x, int axis = -1);
Tensor log_softmax(const Tensor& x, int axis = -1);

Tensor reshape(const Tensor& x, std::initializer_list<int64_t> lengths);  // one length may be −1: what is left over
Tensor reshape(const Tensor& x, std::span<const int64_t> lengths);
Tensor reshape(const Tensor& x, const Shape& shape);

Tensor permute(const Tensor& x, std::initializer_list<int> axes);  // axis i of the result is axis axes[i] of x
Tensor permute(const Tensor& x, std::span<const int> axes);
Tensor transpose(const Tensor& x);  // the last two axes change places

Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end);  // negative positions count from the end
Tensor concat(std::span<const Tensor> parts, int axis);
Tensor concat(std::initializer_list<Tensor> parts, int axis);
Tensor expand(const Tensor& x, const Shape& shape);  // repeated by broadcasting

// On arrays.
Array permuted(const char* operation, const Array& x, std::span<const int> axes);
Array with_axis_last(const char* operation, const Array& x, int axis);
Array with_last_axis_at(const char* operation, const Array& x, int axis);  // undoes with_axis_last

// Row ids[i] of a table becomes row i: an embedding look-up. A row may be asked for many times, or never.
Tensor gather_rows(const Tensor& table, std::vector<int64_t> ids);

// Row i is added to row ids[i] of `rows` rows of zeros: the other way round.
Tensor scatter_rows(const Tensor& x, std::vector<int64_t> ids, int64_t rows);

// On arrays; ids are checked first. Rows of x whose id is `skipped` are added nowhere.
void require_ids(const char* operation, const std::vector<int64_t>& ids, int64_t rows);
Array gathered(const char* operation, const Array& table, const std::vector<int64_t>& ids);
void add_rows(const Array& x, const std::vector<int64_t>& ids, real* y, int64_t skipped = -1);

// yes where the mask is not zero, no where it is zero, all three broadcasting. What is not chosen does not count: an
// infinity or NaN there stays there, in the value and in the gradient.
Tensor where(const Array& mask, const Tensor& yes, const Tensor& no);

// x with `value` put where the mask is not zero: attention scores with −∞ where nobody may look.
Tensor masked(const Tensor& x, const Array& mask, real value);

}  // namespace bertlet
