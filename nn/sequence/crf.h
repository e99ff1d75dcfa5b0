#pragma once
#include <vector>

#include "core/autograd.h"
#include "nn/spans.h"

namespace bertlet {

// What a linear-chain conditional random field knows of K tags beside the emissions: the score of a sequence that
// begins or ends with a tag, [K], and of one tag followed by another, [from, to].
struct CrfScores {
  Tensor start, end, transitions;
};

// log P(tags | emissions) of each sequence, [B], where a path's score is the sum of what it meets
//   start[y_1] + Σ emissions[t, y_t] + Σ transitions[y_(t−1), y_t] + end[y_n]
// and P is the softmax over all paths. Emissions are [N, K]. An empty sequence has one path: log 1 = 0.
Tensor crf_log_likelihood(const Tensor& emissions, const CrfScores& scores, std::vector<int64_t> tags,
                          const Spans& spans);

// The path with the highest score of each sequence, one after the other (Viterbi). Of equally good ones it is the path
// with the smallest last tag, then with the smallest tag before it, and so on to the front.
std::vector<int64_t> crf_decode(const Array& emissions, const CrfScores& scores, const Spans& spans);

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
