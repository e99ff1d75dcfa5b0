#include "bert/inside/attention_flow.h"

#include <algorithm>
#include <limits>
#include <mutex>

#include "core/parallel.h"

namespace bertlet::inside {

namespace {

constexpr double least = 1e-12;  // what an edge has left, beyond rounding

// Tokens by layer; every token is connected with all of the layer below. What is left of an edge's capacity, and what
// runs through it and may be taken back.
class LayeredNetwork {
 public:
  explicit LayeredNetwork(const std::vector<Array>& edges)
      : tokens_(edges[0].shape()[0]), layers_(std::ssize(edges)), depth_(to_size((layers_ + 1) * tokens_)) {
    for (const Array& layer : edges)
      for (int64_t i = 0; i < layer.size(); ++i) capacity_.push_back(static_cast<double>(layer[i]));
  }

  // From a token of the last layer to an input, by Dinic's blocking flows.
  double maximum_flow(int64_t from, int64_t to) {
    left_ = capacity_;
    used_.assign(capacity_.size(), 0);
    double flow = 0;
    while (measure_depths(node(layers_, from), node(0, to))) {
      tried_.assign(depth_.size(), 0);
      for (double more = 1; more > 0; flow += more)
        more = push(node(layers_, from), node(0, to), std::numeric_limits<double>::infinity());
    }
    return flow;
  }

 private:
  int64_t node(int64_t layer, int64_t token) const { return layer * tokens_ + token; }
  int64_t layer_of(int64_t n) const { return n / tokens_; }
  int64_t token_of(int64_t n) const { return n % tokens_; }

  // A node's neighbours are the tokens of the layer below, then those of the layer above.
  struct Way {
    int64_t to;
    double* left;  // may still pass
    double* back;  // what may be taken back grows by what passes
  };
  Way way(int64_t from, int64_t i) {
    const bool down = i < tokens_;
    const int64_t layer = layer_of(from), other = down ? i : i - tokens_;
    if (down && layer == 0) return {-1, nullptr, nullptr};
    if (!down && layer == layers_) return {-1, nullptr, nullptr};
    const int64_t edge = down ? ((layer - 1) * tokens_ + token_of(from)) * tokens_ + other
                              : (layer * tokens_ + other) * tokens_ + token_of(from);
    double *left = &left_[to_size(edge)], *used = &used_[to_size(edge)];
    return {node(down ? layer - 1 : layer + 1, other), down ? left : used, down ? used : left};
  }

  bool measure_depths(int64_t from, int64_t to) {
    std::ranges::fill(depth_, -1);
    std::vector<int64_t> queue{from};
    depth_[to_size(from)] = 0;
    for (std::size_t at = 0; at < queue.size(); ++at)
      for (int64_t i = 0; i < 2 * tokens_; ++i)
        if (const Way next = way(queue[at], i); next.to >= 0 && *next.left > least && depth_[to_size(next.to)] < 0) {
          depth_[to_size(next.to)] = depth_[to_size(queue[at])] + 1;
          queue.push_back(next.to);
        }
    return depth_[to_size(to)] >= 0;
  }

  // Along one way that gets deeper at every step; where there is none, the next call does not try again.
  double push(int64_t at, int64_t to, double most) {
    if (at == to) return most;
    for (int64_t& i = tried_[to_size(at)]; i < 2 * tokens_; ++i) {
      const Way next = way(at, i);
      if (next.to < 0 || *next.left <= least || depth_[to_size(next.to)] != depth_[to_size(at)] + 1) continue;
      if (const double passed = push(next.to, to, std::min(most, *next.left)); passed > 0) {
        *next.left -= passed;
        *next.back += passed;
        return passed;
      }
    }
    return 0;
  }

  int64_t tokens_, layers_;
  std::vector<double> capacity_, left_ = {}, used_ = {};
  std::vector<int64_t> depth_, tried_ = {};
};

std::vector<Array> edges_of(const AttentionMaps& maps) {
  std::vector<Array> edges;
  for (const LayerMaps& layer : maps.layers) edges.push_back(half_passed_on(layer));
  return edges;
}

}  // namespace

Array attention_flow(const AttentionMaps& maps, const std::function<void(int64_t)>& done) {
  const LayeredNetwork network(edges_of(maps));
  const int64_t tokens = maps.tokens();
  Array flow({tokens, tokens});
  std::mutex mutex;
  int64_t rows = 0;
  parallel_for(tokens, 1, [&](int64_t begin, int64_t end) {
    LayeredNetwork own = network;
    for (int64_t i = begin; i < end; ++i) {
      double sum = 0;
      for (int64_t j = 0; j < tokens; ++j)
        sum += static_cast<double>(flow[i * tokens + j] = static_cast<real>(own.maximum_flow(i, j)));
      for (int64_t j = 0; j < tokens; ++j) flow[i * tokens + j] /= static_cast<real>(sum);
      const std::lock_guard lock(mutex);
      if (done) done(++rows);
    }
  });
  return flow;
}

}  // namespace bertlet::inside
