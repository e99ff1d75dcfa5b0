#pragma once
#include <optional>

#include "bert/inside/neighbours.h"

namespace bertlet::inside {

// How a word's occurrences lie in a layer, by the cosine of the angle between them.
struct SenseLayer {
  double all = 0;  // the mean of all pairs: how much the word is alike wherever it stands (Ethayarajh 2019)

  // Where senses are known.
  double within = 0, between = 0;  // the mean of pairs of the same sense, and of different ones
  double silhouette = 0;  // mean of (b − a) / max(a, b): a the mean distance, 1 − cosine, to the same sense, b the
                          // least mean distance to another one; 0 of what is alone in its sense (Rousseeuw 1987)
};

// `senses`: of each row of states[N, H] its number; empty where they are not known.
SenseLayer sense_layer(const Array& states, const std::vector<int64_t>& senses);

}  // namespace bertlet::inside
