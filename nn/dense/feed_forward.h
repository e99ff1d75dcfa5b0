#pragma once
#include "nn/dense/linear.h"

namespace bertlet {

// Every position by itself through one wide hidden layer, under the names of Hugging Face's BERT.
struct FeedForward {
  Linear intermediate, output;
  Activation activation;

  FeedForward(int64_t hidden, int64_t inner, Activation f = Activation::gelu)
      : intermediate(hidden, inner), output(inner, hidden), activation(f) {}

  Tensor operator()(const Tensor& x) const { return output(intermediate(x, activation)); }  // [N, H] → [N, F] → [N, H]

  void visit(auto&& f) {
    f("intermediate.dense", intermediate);
    f("output.dense", output);
  }
};

}  // namespace bertlet
