#pragma once
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/tensor.h"
#include "tests/catch.h"
#include "tests/paths.h"

// Golden files hold cases with inputs, results, cotangents and gradients, each tensor as its shape and data.
namespace golden {

using bertlet::Array;
using bertlet::real;
using bertlet::Shape;
using bertlet::Tensor;
using nlohmann::json;

constexpr double tolerance = sizeof(real) == 8 ? 1e-10 : 2e-5;  // relative to the largest number of a tensor

inline json cases(const std::string& name) {
  return json::parse(std::ifstream(std::string(paths::source) + "/tests/golden/" + name + ".json"));
}

inline Array array_of(const json& tensor) {
  const std::vector<int64_t> shape = tensor.at("shape");
  const std::vector<real> data = tensor.at("data");
  return Array::of(Shape(shape), data);
}

// The largest error, measured against the largest number.
inline double error(const Array& got, const json& want) {
  const std::vector<double> data = want.at("data");
  REQUIRE(got.size() == static_cast<int64_t>(data.size()));
  double size = 0, worst = 0;
  for (const double x : data) size = std::max(size, std::abs(x));
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double off = std::abs(static_cast<double>(got[static_cast<int64_t>(i)]) - data[i]);
    worst = off <= worst ? worst : off;  // a NaN stays
  }
  return size > 0 ? worst / size : worst;
}

using Parameters = std::map<std::string, Tensor>;

inline Parameters inputs(const json& test) {
  Parameters all;
  for (const auto& [name, tensor] : test.at("inputs").items()) all[name] = Tensor::parameter(array_of(tensor));
  return all;
}

inline void check_gradients(const json& test, const Parameters& inputs) {
  for (const auto& [name, want] : test.at("gradients").items()) {
    INFO("gradient of " << name);
    CHECK(error(inputs.at(name).grad(), want) <= tolerance);
  }
}

}  // namespace golden
