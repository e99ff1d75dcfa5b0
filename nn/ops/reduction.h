#pragma once

namespace bertlet {

// What becomes of a loss per item: its mean, its sum, or each for itself. The mean over no items is 0.
enum class Reduction { mean, sum, none };

}  // namespace bertlet
