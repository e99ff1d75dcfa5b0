#pragma once
#include "bert/model/config.h"

namespace bertlet::bert {

// What a token costs in a BERT without its head. Tests hold the memory against what a run takes.
struct TokenCost {
  int64_t inference_numbers;  // that live at once
  int64_t training_numbers;   // with all that backward needs
  int64_t multiply_adds;      // forward; backward takes twice as many
};
TokenCost token_cost(const Config& config, int64_t length);  // in a sequence of so many

// Numbers that each parameter has in training: its value, its gradient and Adam's two moments.
inline constexpr int64_t numbers_per_trained_parameter = 4;

}  // namespace bertlet::bert
