#pragma once
#include "nn/ops/crf.h"

namespace bertlet {

//   CRF crf(9);
//   Tensor loss = -mean(crf.log_likelihood(emissions, tags, spans));
//   std::vector<int64_t> best = crf.decode(emissions.value(), spans);
struct CRF {
  Tensor start_transitions, end_transitions, transitions;  // [K], [K] and [K, K] from row to column

  explicit CRF(int64_t tags)
      : start_transitions(Tensor::parameter(Array::filled({tags}, 0))),
        end_transitions(Tensor::parameter(Array::filled({tags}, 0))),
        transitions(Tensor::parameter(Array::filled({tags, tags}, 0))) {}

  CrfScores scores() const { return {start_transitions, end_transitions, transitions}; }
  Tensor log_likelihood(const Tensor& emissions, std::vector<int64_t> tags, const Spans& spans) const {
    return crf_log_likelihood(emissions, scores(), std::move(tags), spans);
  }
  std::vector<int64_t> decode(const Array& emissions, const Spans& spans) const {
    return crf_decode(emissions, scores(), spans);
  }

  void visit(auto&& f) {
    f("start_transitions", start_transitions);
    f("end_transitions", end_transitions);
    f("transitions", transitions);
  }
};

}  // namespace bertlet
