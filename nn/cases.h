#pragma once
#include "core/check/case.h"
#include "nn/spans.h"

namespace bertlet {

std::vector<Case> nn_cases();

// By family.
std::vector<Case> attention_cases();
std::vector<Case> dense_cases();
std::vector<Case> loss_cases();
std::vector<Case> norm_cases();
std::vector<Case> recurrent_cases();
std::vector<Case> sequence_cases();

// Sequences of so many rows: 128 each for the benchmark; for the checks four of unequal length, one of them empty.
Spans case_sequences(const Tensor& x);

}  // namespace bertlet
