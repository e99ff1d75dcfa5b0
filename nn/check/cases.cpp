#include "nn/check/cases.h"

namespace bertlet {

std::vector<Case> nn_cases() {
  std::vector<Case> all;
  for (const auto& family : {
           attention_cases,
           dense_cases,
           loss_cases,
           sequence_cases,
       }) {
    const std::vector<Case> cases = family();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace bertlet
