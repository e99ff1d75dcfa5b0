#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace onnx {

using bertlet::Array;
using bertlet::int64_t;
using bertlet::Shape;
using bertlet::Tensor;

Array array_of(const nlohmann::json& tensor);
Shape shape_of(const nlohmann::json& tensor);
double number_of(const nlohmann::json& value);  // "-inf" and true are numbers too

// One call of an ONNX operator: its inputs by position, where optional ones may be missing, and its attributes.
class Call {
 public:
  explicit Call(const nlohmann::json& test);

  std::size_t size() const { return inputs_.size(); }
  bool has(std::size_t i) const { return i < inputs_.size() && !inputs_[i].is_null(); }
  Tensor operator[](std::size_t i) const { return Tensor(array_of(inputs_.at(i))); }
  std::vector<Tensor> all() const;
  std::vector<int64_t> integers(std::size_t i) const { return inputs_.at(i).at("data"); }
  Shape shape(std::size_t i) const { return shape_of(inputs_.at(i)); }
  std::size_t outputs() const { return outputs_; }

  template <class T>
  T attribute(const char* name, T otherwise) const {
    return attributes_.value(name, std::move(otherwise));
  }

 private:
  nlohmann::json attributes_;
  std::vector<nlohmann::json> inputs_;
  std::size_t outputs_;
};

using Function = std::function<std::vector<Tensor>(const Call&)>;
using Functions = std::map<std::string, Function>;

// The operators we have, or that are a short expression in ours, by ONNX's names.
Functions elementwise_functions();
Functions product_functions();
Functions reduction_functions();
Functions shaping_functions();

}  // namespace onnx
