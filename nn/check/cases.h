#pragma once
#include "core/check/case.h"

namespace bertlet {

std::vector<Case> nn_cases();

// By family.
std::vector<Case> attention_cases();
std::vector<Case> dense_cases();
std::vector<Case> loss_cases();
std::vector<Case> sequence_cases();

}  // namespace bertlet
