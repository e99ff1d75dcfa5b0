#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/ops.h"

namespace bertlet {

// What follows a linear map. The two forms of GELU are BERT's: gelu is the exact one, gelu_tanh Google's approximation.
enum class Activation { gelu, gelu_tanh, relu, tanh, sigmoid, silu, none };

// All that is known of an activation but its kernel, whose row stands in dense/kernels.cpp.
struct ActivationEntry {
  Activation activation;
  std::vector<std::string> names;    // in Hugging Face's configurations
  std::string torch_module;          // in torch.nn; empty: there is none
  Tensor (*spelled)(const Tensor&);  // in elementary operations: what the kernel means

  const std::string& name() const { return names.front(); }
};

inline const std::vector<ActivationEntry>& activations() {  // in the order of the enumerators
  static const std::vector<ActivationEntry> all = {
      {Activation::gelu, {"gelu", "gelu_python"}, "GELU", gelu},
      {Activation::gelu_tanh, {"gelu_new", "gelu_fast", "gelu_pytorch_tanh"}, "", gelu_tanh},
      {Activation::relu, {"relu"}, "ReLU", relu},
      {Activation::tanh, {"tanh"}, "Tanh", tanh},
      {Activation::sigmoid, {"sigmoid"}, "Sigmoid", sigmoid},
      {Activation::silu, {"silu", "swish"}, "SiLU", [](const Tensor& x) { return x * sigmoid(x); }},
      {Activation::none, {"linear"}, "Identity", [](const Tensor& x) { return x; }},
  };
  return all;
}
inline const ActivationEntry& entry(Activation f) { return activations()[to_size(f)]; }

Activation activation_named(const std::string& name);  // as configurations have it; an error if there is none
std::vector<std::string> activation_names();

}  // namespace bertlet
