#pragma once
#include <cstdint>

namespace bertlet {

inline constexpr std::int64_t no_label = -100;  // of a row that counts nowhere, as PyTorch has it

}  // namespace bertlet
