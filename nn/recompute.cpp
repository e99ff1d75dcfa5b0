#include "nn/recompute.h"

#include "core/require.h"

namespace bertlet {

namespace {

std::vector<Tensor> leaves_of(const std::vector<Array>& values, const std::vector<Into>& into) {
  std::vector<Tensor> leaves;
  for (std::size_t i = 0; i < values.size(); ++i)
    leaves.push_back(into[i] ? Tensor::parameter(values[i]) : Tensor(values[i]));
  return leaves;
}

}  // namespace

Tensor recompute(const std::vector<Tensor>& inputs, const std::vector<Tensor>& parameters,
                 const std::function<Tensor(std::span<const Tensor>)>& f) {
  std::vector<Array> values;
  std::vector<Tensor> constants, all = inputs;
  for (const Tensor& input : inputs) {
    values.push_back(input.value());
    constants.push_back(input.detached());
  }
  for (const Tensor& parameter : parameters) {
    require(parameter.node()->inputs().empty(), "recompute: got a parameter that was computed, want it as an input");
    all.push_back(parameter);
  }
  // The graph that this records for the parameters' sake goes at once. Their gradients come from the second one.
  return record<"recompute">(f(constants).value(), all, [values, f](Array dy, const std::vector<Into>& into) {
    const std::vector<Tensor> leaves = leaves_of(values, into);
    backward(f(leaves), std::move(dy));
    for (std::size_t i = 0; i < leaves.size(); ++i)
      if (Into to = into[i]; to && leaves[i].grad()) to += leaves[i].grad();
  });
}

}  // namespace bertlet
