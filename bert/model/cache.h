#pragma once
#include <span>

#include "bert/model/layer.h"
#include "nn/attention/key_value_cache.h"

namespace bertlet::bert {

// Which keys of each sequence are seen, of sequences that grow: 0 hides one.
class SeenKeys {
 public:
  void append(const Spans& spans, const Array& mask);  // without a mask all are seen
  void select(std::span<const int64_t> sequences);
  bool any() const { return !seen_.empty(); }
  Array mask() const;  // one sequence after another; none where all are seen

 private:
  std::vector<std::vector<real>> seen_;
};

// What a decoder keeps of the rows it has seen, so that each further row costs itself only. The states are those that
// all rows together would get. An encoder's states are given with the first rows; later the cache has them.
//
//   Cache cache;
//   Encoded first = model(Batch::of(prompts), pass, {.encoder_states = &memory, .cache = &cache});
//   while (…) {
//     const Batch next = Batch::of({{{17}}, {{4}}});    // positions go on by themselves
//     Encoded encoded = model(next, pass, {.cache = &cache});
//   }
class Cache {
 public:
  // Sequence i goes on from what sequence sequences[i] was: what a beam search needs.
  void select(std::span<const int64_t> sequences);

  int64_t sequences() const { return std::ssize(next_position_); }

  // For the model: the batch, placed behind the rows it joins; then what layer i makes of its rows.
  Batch joined(Batch batch, const EncoderStates* encoder_states);
  Tensor through(int64_t i, const Layer& layer, const Tensor& x, const Batch& batch, Pass& pass,
                 const LayerOptions& options);

 private:
  struct Kept {
    KeyValueCache self;   // grows with every row
    KeyValueCache cross;  // of an encoder's states, computed once
  };
  void take(const EncoderStates& memory);

  std::vector<Kept> layers_;
  std::vector<int64_t> next_position_;
  SeenKeys own_, memory_;
  FullyMasked fully_masked_ = FullyMasked::zeros;
};

}  // namespace bertlet::bert
