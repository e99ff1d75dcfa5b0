#include "nn/sequence/crf.h"

#include <algorithm>

#include "core/kernels/arithmetic.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/require.h"
#include "nn/sequence/crf_kernels.h"
#include "nn/workspaces.h"

namespace bertlet {

namespace {

void check(const char* operation, const Shape& emissions, const CrfScores& scores, const Spans& spans) {
  require(emissions.rank() == 2 && emissions[0] == spans.rows() && emissions[1] > 0,
          "{}: got emissions {} for sequences of {} rows together, want [{}, tags]", operation, emissions, spans.rows(),
          spans.rows());
  const int64_t k = emissions[1];
  const Shape row{k}, square{k, k};
  require(scores.start.shape() == row && scores.end.shape() == row && scores.transitions.shape() == square,
          "{}: got start {}, end {} and transitions {}, want {}, {} and {} for emissions {}", operation,
          scores.start.shape(), scores.end.shape(), scores.transitions.shape(), row, row, square, emissions);
}

void check_tags(const std::vector<int64_t>& tags, int64_t rows, int64_t k) {
  require(static_cast<int64_t>(tags.size()) == rows, "crf_log_likelihood: got {} tags for {} rows, want one for each",
          tags.size(), rows);
  for (std::size_t row = 0; row < tags.size(); ++row)
    require(0 <= tags[row] && tags[row] < k, "crf_log_likelihood: the tag of row {} is {}, want 0 … {}", row, tags[row],
            k - 1);
}

// alpha[t, j] is the log of all paths' scores that reach tag j at row t, less what was taken off to keep the largest
// one of each row at 0: the sum of `taken` up to there. So long sequences cost no digits.
struct Crf {
  Array emissions, start, end, transitions;
  std::vector<int64_t> tags;
  Spans spans;
  Array alpha = Array(emissions.shape(), "crf_log_likelihood");
  Array taken = Array({spans.rows()}, "crf_log_likelihood");

  int64_t k() const { return emissions.shape()[1]; }
  int64_t tag(int64_t row) const { return tags[to_size(row)]; }
  const real* emission(int64_t row) const { return emissions.data() + row * k(); }

  Array log_likelihoods();
  double log_of_all_paths(int64_t first, int64_t last);
  double score(int64_t first, int64_t last) const;
};

double Crf::score(int64_t first, int64_t last) const {
  double total = static_cast<double>(start[tag(first)]) + static_cast<double>(end[tag(last)]);
  for (int64_t row = first; row <= last; ++row) {
    total += static_cast<double>(emission(row)[tag(row)]);
    if (row > first) total += static_cast<double>(transitions[tag(row - 1) * k() + tag(row)]);
  }
  return total;
}

// Takes the largest number off all and returns it.
real settle(real* x, int64_t n) {
  const real peak = *std::max_element(x, x + n);
  for (int64_t j = 0; j < n; ++j) x[j] -= peak;
  return peak;
}

double Crf::log_of_all_paths(int64_t first, int64_t last) {
  std::vector<real> scratch(to_size(k()));
  double total = 0;
  for (int64_t row = first; row <= last; ++row) {
    real* to = alpha.data() + row * k();
    if (row == first)
      std::copy_n(start.data(), k(), to);
    else
      crf_kernels().step(to - k(), transitions.data(), scratch.data(), to, k());
    arithmetic().add(to, 1, emission(row), 1, to, k());
    total += static_cast<double>(taken[row] = settle(to, k()));
  }
  return total + static_cast<double>(crf_kernels().log_sum(alpha.data() + last * k(), end.data(), k()));
}

Array Crf::log_likelihoods() {
  Array y({spans.count()}, "crf_log_likelihood");
  parallel_for(spans.count(), 1, [&](int64_t begin, int64_t stop) {
    for (int64_t i = begin; i < stop; ++i) {
      const int64_t first = spans.begin(i), last = spans.end(i) - 1;
      y[i] = first > last ? 0 : static_cast<real>(score(first, last) - log_of_all_paths(first, last));
    }
  });
  return y;
}

// The gradients of the scores, side by side: start, end, transitions.
struct CrfSlopes {
  int64_t k;
  real* data;
  real* start() const { return data; }
  real* end() const { return data + k; }
  real* transitions() const { return data + 2 * k; }
  static int64_t size(int64_t k) { return (k + 2) * k; }
};

// Walks one sequence from its last row to its first. With beta[t, i], the log of all ways on from tag i at row t,
//   P(y_t = j) ∝ exp(alpha[t, j] + beta[t, j])
//   P(y_(t−1) = i, y_t = j) ∝ exp(alpha[t − 1, i] + transitions[i, j] + emissions[t, j] + beta[t, j])
// and the gradient of log P is what the tags have, minus what is expected.
class WayBack {
 public:
  WayBack(const Crf& crf, const Array& turned, CrfSlopes slopes, real* room)
      : crf_(crf),
        turned_(turned),
        slopes_(slopes),
        n_(crf.k()),
        beta_(room),
        ahead_(room + n_),
        expected_(room + 2 * n_) {}
  static int64_t room(int64_t tags) { return 3 * tags; }

  void walk(int64_t first, int64_t last, real dy, Into::Slot demissions);

 private:
  const real* alpha(int64_t row) const { return crf_.alpha.data() + row * n_; }
  void add(real dy, int64_t tag, real beta, real* to) const;
  void add_pairs(int64_t row, real dy, real log_total);

  const Crf& crf_;
  const Array& turned_;  // transitions, transposed
  CrfSlopes slopes_;
  int64_t n_;
  real *beta_, *ahead_, *expected_;
};

// to <- β to + dy (tag − expected)
void WayBack::add(real dy, int64_t tag, real beta, real* to) const {
  arithmetic().axpby(-dy, expected_, beta, to, n_);
  to[tag] += dy;
}

void WayBack::add_pairs(int64_t row, real dy, real log_total) {
  real* to = slopes_.transitions();
  for (int64_t i = 0; i < n_; ++i)
    crf_kernels().marginals(-dy, crf_.transitions.data() + i * n_, ahead_, log_total - alpha(row - 1)[i], 1,
                            to + i * n_, n_);
  to[crf_.tag(row - 1) * n_ + crf_.tag(row)] += dy;
}

void WayBack::walk(int64_t first, int64_t last, real dy, Into::Slot demissions) {
  std::copy_n(crf_.end.data(), n_, beta_);
  for (int64_t row = last; row >= first; --row) {
    const real log_total = crf_kernels().log_sum(alpha(row), beta_, n_);
    crf_kernels().marginals(1, alpha(row), beta_, log_total, 0, expected_, n_);
    if (demissions.data) add(dy, crf_.tag(row), demissions.beta, demissions.data + row * n_);
    if (row == last) add(dy, crf_.tag(row), 1, slopes_.end());
    if (row == first) return add(dy, crf_.tag(row), 1, slopes_.start());
    arithmetic().add(crf_.emission(row), 1, beta_, 1, ahead_, n_);
    add_pairs(row, dy, crf_.taken[row] + log_total);
    crf_kernels().step(ahead_, turned_.data(), expected_, beta_, n_);
    settle(beta_, n_);
  }
}

// Sequences are shared out in 16 blocks, whose slopes are added up at the end.
void backward(const Crf& crf, const Array& dy, Into demissions, Into dstart, Into dend, Into dtransitions) {
  const int64_t k = crf.k(), count = crf.spans.count(), grain = std::max<int64_t>(1, (count + 15) / 16);
  const int64_t blocks = (count + grain - 1) / grain;
  Array slopes = Array::filled({blocks, CrfSlopes::size(k)}, 0, "crf_log_likelihood");
  const Array turned = permuted("crf_log_likelihood", crf.transitions, std::array{1, 0});
  const Into::Slot to = demissions ? demissions.open() : Into::Slot{nullptr, 0};
  Workspaces rooms(WayBack::room(k), "crf_log_likelihood");
  parallel_for(count, grain, [&](int64_t begin, int64_t end) {
    rooms.lend([&](real* room) {
      WayBack back(crf, turned, {k, slopes.data() + begin / grain * CrfSlopes::size(k)}, room);
      for (int64_t i = begin; i < end; ++i)
        if (crf.spans.length(i) > 0) back.walk(crf.spans.begin(i), crf.spans.end(i) - 1, dy[i], to);
    });
  });
  const Array total = summed("crf_log_likelihood", slopes, {true}).shaped({k + 2, k});
  dstart += total.rows(0, 1).shaped({k});
  dend += total.rows(1, 2).shaped({k});
  dtransitions += total.rows(2, k + 2);
}

void find_path(const Array& emissions, const CrfScores& scores, int64_t first, int64_t last, real* room,
               int64_t* path) {
  const int64_t k = emissions.shape()[1];
  real *best = room, *next = room + k;
  std::vector<int64_t> came_from(to_size((last - first + 1) * k));
  arithmetic().add(scores.start.value().data(), 1, emissions.data() + first * k, 1, best, k);
  for (int64_t row = first + 1; row <= last; ++row) {
    crf_kernels().best_step(best, scores.transitions.value().data(), next, came_from.data() + (row - first) * k, k);
    arithmetic().add(next, 1, emissions.data() + row * k, 1, best, k);
  }
  arithmetic().add(best, 1, scores.end.value().data(), 1, best, k);
  path[last] = argmax({best, to_size(k)});
  for (int64_t row = last; row > first; --row) path[row - 1] = came_from[to_size((row - first) * k + path[row])];
}

}  // namespace

Tensor crf_log_likelihood(const Tensor& emissions, const CrfScores& scores, std::vector<int64_t> tags,
                          const Spans& spans) {
  check("crf_log_likelihood", emissions.shape(), scores, spans);
  check_tags(tags, spans.rows(), emissions.shape()[1]);
  Crf crf{emissions.value(),          scores.start.value(), scores.end.value(),
          scores.transitions.value(), std::move(tags),      spans};
  const Array y = crf.log_likelihoods();
  return record<"crf_log_likelihood">(y, {emissions, scores.start, scores.end, scores.transitions},
                                      [crf = std::move(crf)](Array dy, Into de, Into dstart, Into dend, Into dt) {
                                        backward(crf, dy, de, dstart, dend, dt);
                                      });
}

std::vector<int64_t> crf_decode(const Array& emissions, const CrfScores& scores, const Spans& spans) {
  check("crf_decode", emissions.shape(), scores, spans);
  std::vector<int64_t> path(to_size(spans.rows()));
  Workspaces rooms(2 * emissions.shape()[1], "crf_decode");
  parallel_for(spans.count(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      if (spans.length(i) > 0)
        rooms.lend(
            [&](real* room) { find_path(emissions, scores, spans.begin(i), spans.end(i) - 1, room, path.data()); });
  });
  return path;
}

}  // namespace bertlet
