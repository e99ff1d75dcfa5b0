#pragma once
#include <memory>

#include "bert/inside/trace.h"

namespace bertlet::inside {

// Steps in the order in which they are made, and the gradients that come back to them.
class StepRecorder {
 public:
  // The tensor itself, which from here on is watched on the way back.
  Tensor add(std::string name, std::string formula, std::string axes, std::string file, const Tensor& tensor);
  std::vector<Step> steps() const;  // with the gradients that have come by now

 private:
  std::vector<Step> steps_;
  std::vector<std::shared_ptr<Array>> gradients_;
};

// The encoder's steps and what it gives, with the states of every layer. `words`: the word embeddings [N, H] of the
// batch's only sequence.
bert::Encoded encoder_steps(const bert::Model& model, const bert::Batch& batch, const Tensor& words, StepRecorder& to);

}  // namespace bertlet::inside
