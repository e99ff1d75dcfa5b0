#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "tests/core/onnx_call.h"

namespace onnx {

using namespace bertlet;

namespace {

Function unary(Tensor (*f)(const Tensor&)) {
  return [f](const Call& x) { return std::vector{f(x[0])}; };
}

Function binary(Tensor (*f)(const Tensor&, const Tensor&)) {
  return [f](const Call& x) { return std::vector{f(x[0], x[1])}; };
}

Tensor larger(const Tensor& a, const Tensor& b) {
  const Shape shape = broadcast("larger", a.shape(), b.shape());
  const auto layer = [&](const Tensor& x) { return reshape(expand(x, shape), Shape{1, shape.count()}); };
  return reshape(max(concat({layer(a), layer(b)}, 0), 0), shape);
}

Tensor smaller(const Tensor& a, const Tensor& b) { return -larger(-a, -b); }

// f(f(a, b), c) …
Function folded(Tensor (*f)(const Tensor&, const Tensor&)) {
  return [f](const Call& x) {
    Tensor y = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) y = f(y, x[i]);
    return std::vector{y};
  };
}

std::vector<Tensor> clip(const Call& x) {
  Tensor y = x[0];
  if (x.has(1)) y = larger(y, x[1]);
  if (x.has(2)) y = smaller(y, x[2]);
  return {y};
}

Tensor swish(const Tensor& x, real alpha) { return x * sigmoid(alpha * x); }

std::vector<Tensor> elu(const Call& x) {
  return {relu(x[0]) + x.attribute<real>("alpha", 1) * (exp(-relu(-x[0])) - 1)};
}

// Inputs x, scale, bias, mean, variance, where the last four belong to axis 1 of x. In training the first two moments
// come from x and the running ones are moved towards them.
std::vector<Tensor> batch_normalization(const Call& in) {
  const Tensor x = in[0];
  std::vector<int> axes{0};
  for (int axis = 2; axis < x.shape().rank(); ++axis) axes.push_back(axis);
  const auto per_channel = [&](const Tensor& t) { return reshape(t, {-1, 1, 1}); };
  const auto average = [&](const Tensor& t) { return mean(t, std::span<const int>(axes), Keep::no); };
  const real epsilon = in.attribute<real>("epsilon", real(1e-5)), kept = in.attribute<real>("momentum", real(0.9));
  const bool training = in.attribute<int>("training_mode", 0) != 0;
  const Tensor middle = training ? average(x) : in[3];
  const Tensor centred = x - per_channel(middle);
  const Tensor variance = training ? average(centred * centred) : in[4];
  const Tensor y = centred / sqrt(per_channel(variance) + epsilon) * per_channel(in[1]) + per_channel(in[2]);
  if (!training) return {y};
  return {y, in[3] * kept + middle * (1 - kept), in[4] * kept + variance * (1 - kept)};
}

std::vector<Tensor> triangle(const Call& x) {
  const Shape shape = x.shape(0);
  const bool upper = x.attribute<int>("upper", 1) != 0;
  const int64_t diagonal = x.has(1) ? x.integers(1)[0] : 0;
  Array outside(Shape{shape[-2], shape[-1]});
  for (int64_t i = 0; i < outside.size(); ++i) {
    const int64_t above = i % shape[-1] - i / shape[-1] - diagonal;
    outside[i] = upper ? above < 0 : above > 0;
  }
  return {masked(x[0], outside, 0)};
}

}  // namespace

Functions elementwise_functions() {
  const auto softmax_of = [](const Call& x) { return std::vector{softmax(x[0], x.attribute("axis", -1))}; };
  const auto log_softmax_of = [](const Call& x) { return std::vector{log_softmax(x[0], x.attribute("axis", -1))}; };
  return {
      {"Add", binary(add)},
      {"Sub", binary(sub)},
      {"Mul", binary(mul)},
      {"Div", binary(div)},
      {"Pow", binary(pow)},
      {"Neg", unary(neg)},
      {"Exp", unary(exp)},
      {"Log", unary(log)},
      {"Sqrt", unary(sqrt)},
      {"Tanh", unary(tanh)},
      {"Sigmoid", unary(sigmoid)},
      {"Relu", unary(relu)},
      {"Gelu",
       [](const Call& x) {
         const bool with_tanh = x.attribute<std::string>("approximate", "none") == "tanh";
         return std::vector{with_tanh ? gelu_tanh(x[0]) : gelu(x[0])};
       }},
      {"Softmax", softmax_of},
      {"LogSoftmax", log_softmax_of},
      {"Where", [](const Call& x) { return std::vector{where(x[0].value(), x[1], x[2])}; }},
      {"Trilu", triangle},
      {"Identity", [](const Call& x) { return x.all(); }},
      {"Reciprocal", unary([](const Tensor& x) { return 1 / x; })},
      {"Abs", unary([](const Tensor& x) { return relu(x) + relu(-x); })},
      {"Sinh", unary([](const Tensor& x) { return (exp(x) - exp(-x)) / 2; })},
      {"Cosh", unary([](const Tensor& x) { return (exp(x) + exp(-x)) / 2; })},
      {"Softplus", unary([](const Tensor& x) { return relu(x) + log(1 + exp(-relu(x) - relu(-x))); })},
      {"Elu", elu},
      {"Swish", [](const Call& x) { return std::vector{swish(x[0], x.attribute<real>("alpha", 1))}; }},
      {"SwiGLU", [](const Call& x) { return std::vector{swish(x[0], x.attribute<real>("alpha", 1)) * x[1]}; }},
      {"Sum", folded(add)},
      {"Max", folded(larger)},
      {"Min", folded(smaller)},
      {"Mean", [](const Call& x) { return std::vector{folded(add)(x)[0] / static_cast<real>(x.size())}; }},
      {"Clip", clip},
      {"BatchNormalization", batch_normalization},
  };
}

}  // namespace onnx
