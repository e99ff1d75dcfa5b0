#include "core/check/case.h"
#include "core/ops.h"

namespace bertlet {

namespace {

using Cases = std::vector<Case>;
using Inputs = const std::vector<Tensor>&;

const std::vector<Shape> one_large{{1024, 768}};
const std::vector<Shape> two_large{{1024, 768}, {1024, 768}};

Cases arithmetic_cases() {
  const auto plus = [](Inputs x) { return x[0] + x[1]; };
  const auto minus = [](Inputs x) { return x[0] - x[1]; };
  const auto times = [](Inputs x) { return x[0] * x[1]; };
  const auto over = [](Inputs x) { return x[0] / x[1]; };
  const auto power = [](Inputs x) { return pow(x[0], x[1]); };
  return {
      {"add", {{2, 3}, {2, 3}}, plus, Domain::any, {}, two_large},
      {"add", {{2, 3}, {3}}, plus, Domain::any, {}, {{1024, 768}, {768}}},
      {"add", {{2, 1, 3}, {4, 1}}, plus},
      {"add", {{}, {2, 2}}, plus},
      {"sub", {{2, 3}, {2, 3}}, minus, Domain::any, {}, two_large},
      {"sub", {{3, 1}, {2, 1, 4}}, minus},
      {"mul", {{2, 3}, {2, 3}}, times, Domain::any, {}, two_large},
      {"mul", {{2, 3}, {}}, times},
      {"mul", {{2, 3, 1}, {1, 3, 4}}, times},
      {"div", {{2, 3}, {2, 3}}, over, Domain::off_zero, {}, two_large},
      {"div", {{3}, {2, 3}}, over, Domain::off_zero},
      {"pow", {{2, 3}, {2, 3}}, power, Domain::positive, {}, two_large},
      {"pow", {{2, 3}, {}}, power, Domain::positive},
      {"pow",
       {{2, 3}},
       [](Inputs x) { return pow(x[0], 3); },
       Domain::any,
       [](Inputs x) { return x[0] * x[0] * x[0]; }},
      {"neg", {{2, 3}}, [](Inputs x) { return -x[0]; }, Domain::any, [](Inputs x) { return 0 - x[0]; }, one_large},
  };
}

Tensor spelled_gelu(Inputs x) { return x[0] * 0.5 * (1 + erf(x[0] * real(0.70710678118654752))); }

Tensor spelled_gelu_tanh(Inputs x) {
  return x[0] * 0.5 * (1 + tanh(real(0.79788456080286536) * (x[0] + real(0.044715) * x[0] * x[0] * x[0])));
}

Cases function_cases() {
  return {
      {"exp", {{2, 5}}, [](Inputs x) { return exp(x[0]); }, Domain::any, {}, one_large},
      {"log", {{2, 5}}, [](Inputs x) { return log(x[0]); }, Domain::positive, {}, one_large},
      {"sqrt",
       {{2, 5}},
       [](Inputs x) { return sqrt(x[0]); },
       Domain::positive,
       [](Inputs x) { return pow(x[0], 0.5); },
       one_large},
      {"tanh",
       {{2, 5}},
       [](Inputs x) { return tanh(x[0]); },
       Domain::any,
       [](Inputs x) { return 2 * sigmoid(2 * x[0]) - 1; },
       one_large},
      {"erf", {{2, 5}}, [](Inputs x) { return erf(x[0]); }, Domain::any, {}, one_large},
      {"sigmoid",
       {{2, 5}},
       [](Inputs x) { return sigmoid(x[0]); },
       Domain::any,
       [](Inputs x) { return 1 / (1 + exp(-x[0])); },
       one_large},
      {"relu", {{2, 5}}, [](Inputs x) { return relu(x[0]); }, Domain::off_zero, {}, one_large},
      {"gelu", {{2, 5}}, [](Inputs x) { return gelu(x[0]); }, Domain::any, spelled_gelu, one_large},
      {"gelu_tanh", {{2, 5}}, [](Inputs x) { return gelu_tanh(x[0]); }, Domain::any, spelled_gelu_tanh, one_large},
  };
}

Cases reduction_cases() {
  return {
      {"sum", {{2, 3}}, [](Inputs x) { return sum(x[0]); }, Domain::any, {}, one_large},
      {"sum", {{2, 3, 4}}, [](Inputs x) { return sum(x[0], 1); }, Domain::any, {}, {}, "axis 1"},
      {"sum",
       {{2, 3, 4}},
       [](Inputs x) {
         return sum(x[0], {0, 2}, Keep::yes);
       },
       Domain::any,
       {},
       {},
       "axes 0 and 2"},
      {"mean",
       {{2, 3}},
       [](Inputs x) { return mean(x[0], -1); },
       Domain::any,
       [](Inputs x) { return sum(x[0], -1) / 3; },
       one_large},
      {"mean",
       {{2, 3, 4}},
       [](Inputs x) {
         return mean(x[0], {0, 1});
       }},
      {"max", {{3, 4}}, [](Inputs x) { return max(x[0], 1); }, Domain::distinct, {}, one_large, "axis 1"},
      {"max", {{3, 4, 2}}, [](Inputs x) { return max(x[0], 0, Keep::yes); }, Domain::distinct},
      {"max", {{3, 4}}, [](Inputs x) { return max(x[0]); }, Domain::distinct, {}, {}, "all axes"},
  };
}

Cases product_cases() {
  const auto plain = [](Inputs x) { return matmul(x[0], x[1]); };
  return {
      {"matmul", {{2, 3}, {3, 4}}, plain, Domain::any, {}, {{1024, 768}, {768, 768}}},
      {"matmul", {{3, 3}, {3, 3}}, plain},
      {"matmul",
       {{3, 2}, {4, 3}},
       [](Inputs x) { return matmul(x[0], x[1], {.transpose_a = true, .transpose_b = true}); },
       Domain::any,
       [](Inputs x) { return matmul(transpose(x[0]), transpose(x[1])); }},
      {"matmul", {{2, 3, 2}, {2, 2, 4}}, plain, Domain::any, {}, {{96, 128, 64}, {96, 64, 128}}},
      {"matmul", {{2, 3, 2}, {2, 4, 2}}, [](Inputs x) { return matmul(x[0], x[1], {.transpose_b = true}); }},
      {"matmul", {{2, 3, 2}, {2, 4}}, plain},
      {"matmul", {{3, 2}, {2, 2, 4}}, plain},
      {"matmul", {{2, 1, 3, 2}, {3, 2, 2}}, plain},
      {"matmul", {{3}, {3}}, plain},
      {"matmul", {{3}, {2, 3, 2}}, plain},
      {"matmul", {{2, 3}, {3}}, plain},
  };
}

Cases shaping_cases() {
  return {
      {"reshape",
       {{2, 6}},
       [](Inputs x) {
         return reshape(x[0], {3, -1});
       }},
      {"permute",
       {{2, 3, 4}},
       [](Inputs x) {
         return permute(x[0], {2, 0, 1});
       }},
      {"permute",
       {{2, 3, 2, 2}},
       [](Inputs x) {
         return permute(x[0], {0, 2, 1, 3});
       },
       Domain::any,
       {},
       {{8, 128, 12, 64}}},
      {"permute", {{2, 3}}, [](Inputs x) { return transpose(x[0]); }, Domain::any, {}, one_large},
      {"slice", {{4, 3}}, [](Inputs x) { return slice(x[0], 0, 1, -1); }, Domain::any, {}, one_large},
      {"slice", {{2, 5, 2}}, [](Inputs x) { return slice(x[0], 1, 2, 4); }},
      {"concat", {{2, 3}, {2, 2}, {2, 1}}, [](Inputs x) { return concat(x, 1); }},
      {"concat", {{2, 3}, {2, 3}}, [](Inputs x) { return concat(x, 0); }, Domain::any, {}, two_large},
      {"expand",
       {{3, 1}},
       [](Inputs x) {
         return expand(x[0], {2, 3, 4});
       }},
  };
}

Cases row_cases() {
  const Array mask = Array::of({2, 3}, {1, 0, 0, 0, 1, 1});
  return {
      {"softmax",
       {{3, 4}},
       [](Inputs x) { return softmax(x[0]); },
       Domain::any,
       [](Inputs x) { return exp(x[0]) / sum(exp(x[0]), 1, Keep::yes); },
       one_large},
      {"softmax", {{3, 4, 2}}, [](Inputs x) { return softmax(x[0], 1); }},
      {"log_softmax",
       {{3, 4}},
       [](Inputs x) { return log_softmax(x[0]); },
       Domain::any,
       [](Inputs x) { return log(softmax(x[0])); },
       one_large},
      {"gather_rows",
       {{4, 3}},
       [](Inputs x) {
         return gather_rows(x[0], {3, 0, 3, 1});
       },
       Domain::any,
       {},
       one_large},
      {"scatter_rows",
       {{4, 3}},
       [](Inputs x) {
         return scatter_rows(x[0], {2, 0, 2, 4}, 5);
       }},
      {"where", {{2, 3}, {2, 3}}, [mask](Inputs x) { return where(mask, x[0], x[1]); }},
      {"where", {{3}, {2, 1}}, [mask](Inputs x) { return where(mask, x[0], x[1]); }},
      {"where", {{2, 3}}, [mask](Inputs x) { return masked(x[0], mask, -5); }},
  };
}

}  // namespace

std::vector<Case> core_cases() {
  Cases all;
  for (const Cases& family :
       {arithmetic_cases(), function_cases(), reduction_cases(), product_cases(), shaping_cases(), row_cases()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace bertlet
