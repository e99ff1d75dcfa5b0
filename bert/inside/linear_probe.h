#pragma once
#include <functional>
#include <vector>

#include "core/array.h"

namespace bertlet::inside {

// A linear classifier of states x[N, H]: logistic regression. Each column is brought to mean 0 and deviation 1 first.
//
//   minimise  Σ −log softmax(W z + b)[label] + ½ λ ‖W‖²,   z = (x − mean) / deviation
//
// This is what scikit-learn's LogisticRegression(C=1/λ) finds behind a StandardScaler; of two classes, with C = 2/λ.
struct LinearProbe {
  Array mean = {}, deviation = {};  // [H]
  Array weight = {};                // [C, H]
  Array bias = {};                  // [C]
  double loss = 0;                  // what is minimised, over N
  int64_t steps = 0;

  std::vector<int64_t> predictions(const Array& states) const;
};

LinearProbe fit_probe(const Array& states, const std::vector<int64_t>& labels, int64_t classes, double l2 = 1);

}  // namespace bertlet::inside
