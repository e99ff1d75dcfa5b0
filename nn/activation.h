#pragma once
#include <string>
#include <vector>

namespace bertlet {

// What follows a linear map. The two forms of GELU are BERT's: gelu is the exact one, gelu_tanh Google's approximation.
enum class Activation { none, gelu, gelu_tanh, relu, tanh, sigmoid, silu };

// By the names in Hugging Face's configurations, of which some have several.
Activation activation_named(const std::string& name);  // an error if there is none
std::vector<std::string> activation_names();

}  // namespace bertlet
