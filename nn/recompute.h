#pragma once
#include <functional>
#include <span>
#include <vector>

#include "core/autograd.h"

namespace bertlet {

// f(inputs), of whose inner results nothing is kept: backward computes them again from the inputs. It costs a second
// forward pass and saves what f's graph would hold. f must give the same value both times; `parameters` are the leaves
// that it uses besides its inputs.
//
//   y = recompute({x}, {w}, [w](std::span<const Tensor> in) { return tanh(matmul(in[0], w)); });
Tensor recompute(const std::vector<Tensor>& inputs, const std::vector<Tensor>& parameters,
                 const std::function<Tensor(std::span<const Tensor>)>& f);

}  // namespace bertlet
