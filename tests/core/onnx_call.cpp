#include "tests/core/onnx_call.h"

namespace onnx {

double number_of(const nlohmann::json& value) {
  if (value.is_string()) return std::stod(value.get<std::string>());
  return value.is_boolean() ? value.get<bool>() : value.get<double>();
}

Shape shape_of(const nlohmann::json& tensor) {
  const std::vector<int64_t> axes = tensor.at("shape");
  return Shape(std::span<const int64_t>(axes));
}

Array array_of(const nlohmann::json& tensor) {
  std::vector<bertlet::real> values;
  for (const auto& value : tensor.at("data")) values.push_back(static_cast<bertlet::real>(number_of(value)));
  return Array::of(shape_of(tensor), values);
}

Call::Call(const nlohmann::json& test) : attributes_(test.at("attrs")), outputs_(test.at("outputs").size()) {
  auto given = test.at("inputs").begin();
  for (const std::string name : test.at("node_inputs")) inputs_.push_back(name.empty() ? nlohmann::json() : *given++);
}

std::vector<Tensor> Call::all() const {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < size(); ++i) tensors.push_back((*this)[i]);
  return tensors;
}

}  // namespace onnx
