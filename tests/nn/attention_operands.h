#pragma once
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "nn/attention/attention.h"

// Operands and options for tests of attention: two heads of four columns.
namespace bertlet {

constexpr real infinity = std::numeric_limits<real>::infinity();
constexpr double rounding = sizeof(real) == 8 ? 1e-12 : 2e-5;

struct Operands {
  Operands(const Spans& from, const Spans& to);
  Operands part(int64_t begin, int64_t end) const;  // the same rows of all

  Tensor q, k, v;

 private:
  Operands() = default;
};

// One of each kind, for sequences of these lengths; head scales and tables want gradients.
using OptionTable = std::vector<std::pair<std::string, AttentionOptions>>;
OptionTable option_table(const Spans& from, const Spans& to);

double worst_difference(const Array& got, const Array& want);  // measured against the largest number, or 1
bool finite(const Array& x);

void check_beside_twin(const Spans& from, const Spans& to, const AttentionOptions& options);

// The probabilities, the value and all gradients, with so many threads.
std::vector<std::vector<real>> bits(int thread_count, const Spans& from, const Spans& to,
                                    const AttentionOptions& options);

}  // namespace bertlet
