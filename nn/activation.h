#pragma once

namespace bertlet {

// What follows a linear map. The two forms of GELU are BERT's: gelu is the exact one, gelu_tanh Google's approximation
// ("gelu_new" in Hugging Face's configurations).
enum class Activation { none, gelu, gelu_tanh, relu, tanh, sigmoid, silu };

}  // namespace bertlet
