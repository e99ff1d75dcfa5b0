#pragma once
#include "bert/model/encoder_states.h"

// The way from Hugging Face's padded rectangles to the rows that the model computes with, and back.
namespace bertlet::bert {

// What a caller has, in Hugging Face's shapes: B sequences padded to T tokens each.
struct Padded {
  int64_t sequences = 0, length = 0;      // B, T
  std::vector<int64_t> ids = {};          // [B, T]
  std::vector<int64_t> token_types = {};  // [B, T]; if not given, 0
  std::vector<int64_t> positions = {};    // [B, T]; if not given, 0, 1, 2, … in each sequence
  Array mask = {};                        // [B, T]: 0 at pads; or [B, T, T]: 0 where a query must not see a key
  Tensor embeddings = {};                 // [B, T, H] in the place of ids
};

enum class PadRows {
  pack,  // pads are no rows: nothing is computed for them, and results are 0 there
  keep,  // pads are rows like any other that no row looks at, as Hugging Face computes them
};

// A row that may look at nobody looks at all rows alike, as in Hugging Face: with PadRows::keep, and with a mask of
// pairs. Packed, such a row is a pad in front, of which no result is wanted, and sees nothing.
//
// Packed, a sequence's rows go from its first token to its last real one, so that a mask with a gap or a pad in front
// leaves distances, and the row that the pooler takes, as they are; such a row is hidden from attention and counts in
// no result.
//
//   const Batch batch = pack({.sequences = 2, .length = 3, .ids = {101, 7592, 102, 101, 102, 0}, .mask = mask});
//   Array states = unpack(batch, encoded.last_hidden_state.value(), 3);    // [2, 3, H]
Batch pack(const Padded& padded, PadRows pads = PadRows::pack);

// Labels [B, T] as one for each row, −100 where the row does not count.
std::vector<int64_t> pack_labels(const Batch& batch, const std::vector<int64_t>& labels, int64_t length);

// Rows [N, …] as [B, T, …], zeros where there is no row that counts.
Array unpack(const Batch& batch, const Array& rows, int64_t length);

// Probabilities [A, from, to] of each sequence as [B, A, T, keys]: T of them, or as many as the longest of the
// sequences looked at.
Array unpack_attentions(const Batch& batch, const std::vector<Array>& probabilities, int64_t length, int64_t keys);

// States [B, S, H] for the sequences of a batch. The mask is Hugging Face's encoder_attention_mask: [B, S], 0 at pads;
// or [B, T, S], 0 where a row of the batch must not see a state. Who sees no state sees all alike, as there.
//
//   const EncoderStates memory = pack_encoder_states(batch, states, mask);
//   const Encoded encoded = decoder(batch, pass, {.encoder_states = &memory});
EncoderStates pack_encoder_states(const Batch& batch, const Tensor& states, const Array& mask = {});

}  // namespace bertlet::bert
