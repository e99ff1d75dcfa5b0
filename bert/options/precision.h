#pragma once
#include "bert/options/option.h"
#include "core/product/kernels.h"

namespace bertlet::options {

// --precision of a training: fp32 or bf16, or auto for whichever is faster on this machine.
Option training_precision(Precision* to);

// --precision of an inference: also int8; if it is not given, that in which the model is kept.
Option inference_precision(std::optional<Precision>* to);

}  // namespace bertlet::options
