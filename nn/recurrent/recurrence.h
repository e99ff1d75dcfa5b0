#pragma once
#include <functional>
#include <span>
#include <vector>

#include "core/autograd.h"
#include "core/product/product.h"
#include "nn/spans.h"

namespace bertlet {

// The weights of one direction, laid out as PyTorch's: the gates' rows one below the other.
struct RecurrentWeights {
  Tensor weight_ih, weight_hh;  // [gates · H, in] and [gates · H, H]
  Tensor bias_ih, bias_hh;      // [gates · H]
};

// --- what LSTM and GRU share --------------------------------------------------------------------------------------

// Sequences that go through time together, the longest first.
using Group = std::vector<int64_t>;

// What a recurrent layer runs over: the first direction from each sequence's first row to its last, the second the
// other way. Results have a row for each row of x, with the directions' hidden states side by side.
struct Recurrence {
  Spans spans;
  int64_t in, hidden, directions;

  Recurrence(const char* operation, int64_t gates, const Tensor& x, const Spans& spans,
             std::span<const RecurrentWeights> weights);

  int64_t width() const { return directions * hidden; }
  int64_t row(int64_t direction, int64_t sequence, int64_t step) const {
    return direction == 0 ? spans.begin(sequence) + step : spans.end(sequence) - 1 - step;
  }
  int64_t steps(const Group& group) const { return spans.length(group.front()); }
  int64_t active(const Group& group, int64_t step) const;  // how many are longer than `step`: the first ones

  // f(direction, group) for all, on all threads. What f computes for a sequence must not depend on the others of its
  // group, because there are fewer and larger groups where there are fewer threads.
  void for_groups(const std::function<void(int64_t, const Group&)>& f) const;

  // Where a state of [B, width] has the numbers of one sequence and direction; zeros if there is no such array.
  const real* state(const Array& states, int64_t direction, int64_t sequence) const;

  // Each row's hidden state of the step before as [N, H], from results whose first N rows are the hidden states.
  Array hidden_before(const Array& results, const Array& initial, int64_t direction) const;

  // A state that is given: [B, width].
  Array given(const char* operation, const Tensor& state) const;

  // What each row's input gives to its gates: W x for each row, the rows `stride` apart.
  void project(const Array& x, const Array& weight_ih, real* gates, int64_t stride) const;

  // The inputs of the recorded operation: x, the weights of each direction, and those states that are given.
  static std::vector<Tensor> inputs(const Tensor& x, std::span<const RecurrentWeights> weights,
                                    std::initializer_list<Tensor> states);

 private:
  Array zeros_;
};

// The Intos of one direction's weights, in the order of `inputs`.
struct WeightsInto {
  Into weight_ih, weight_hh, bias_ih, bias_hh;
  WeightsInto(const std::vector<Into>& into, int64_t direction);
};

// y[i] <- y[i] + a[i] B for rows that may lie anywhere; `room` is memory that calls share.
void add_product(std::span<const real* const> a, const PackedMatrix& b, real* const* y, std::vector<real>& room);

// g <- β g + a b
void multiply_into(const Matrix& a, const Matrix& b, Into g);

}  // namespace bertlet
