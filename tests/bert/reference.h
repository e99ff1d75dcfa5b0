#pragma once
#include <nlohmann/json.hpp>

#include "bert/model/model.h"
#include "bert/model/padded.h"

// What tests/golden/bert.py and the tests beside it share: the formula for numbers, and what a case gives.
namespace reference {

using bertlet::Array;
using bertlet::Parameters;
using bertlet::Shape;
using bertlet::Tensor;
using nlohmann::json;

const json& golden();

Array hashed(const std::string& name, const Shape& shape);  // between −1/2 and 1/2
void fill(Parameters& parameters);                          // weights by name; norms around 1

bertlet::bert::Config config_of(const json& test);
std::vector<int64_t> integers(const json& test, const char* key);  // of any nesting; none if it is not given
bertlet::bert::Padded padded_of(const json& test);

// A case's inputs as the model takes them. Those that want a gradient stand under their names.
struct Inputs {
  explicit Inputs(const json& test);
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;

  std::map<std::string, Tensor> leaves;
  int64_t length;  // T
  bertlet::bert::Batch batch;
  bertlet::bert::EncoderStates memory;
  bertlet::bert::EncoderOptions options;
};

// The largest difference from a fingerprint [largest, four projections], measured against the largest.
double error(const Array& got, const json& want);

}  // namespace reference
