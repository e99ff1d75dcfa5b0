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

}  // namespace bertlet
