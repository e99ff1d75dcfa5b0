#pragma once
#include <functional>

#include "bert/heads/network.h"

// A text on its way through a network, every tensor in order: the encoder spelled out box by box, as the paper has it.
//
//   const Trace trace = trace_of(*network, bert::Batch::of({{.ids = ids}}));
//   trace.steps[0].name;                         // embeddings.word_embeddings
//   statistics_of(trace.steps[0].value).norm;
namespace bertlet::inside {

struct Step {
  std::string name;     // as checkpoints call what computes it
  std::string formula;  // Q = X W_Qᵀ + b_Q
  std::string axes;     // N × H
  std::string file;     // that computes it
  Array value;
  Array gradient = {};  // of the target by this tensor, where there is a target
};

struct Trace {
  std::vector<Step> steps;
  bert::Scored scored;  // with the head's scores, where the network has one
  double target = 0;
};

// `target`: a number of what the network says; its gradient is followed back through all steps.
using TraceTarget = std::function<Tensor(const bert::Scored& scored)>;
Trace trace_of(const bert::Network& network, const bert::Batch& batch, const TraceTarget& target = {});

// The loss as if what the network says, or this label, were right: −log of its probability, the mean over rows.
TraceTarget as_if_right(std::optional<int64_t> label = {}, std::vector<int64_t> rows = {});

struct Statistics {
  double mean = 0, deviation = 0, least = 0, most = 0, norm = 0;  // of all numbers; norm: ‖·‖₂
};
Statistics statistics_of(const Array& numbers);

}  // namespace bertlet::inside
