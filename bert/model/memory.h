#pragma once
#include <span>

#include "bert/model/batch.h"

namespace bertlet::bert {

// An encoder's states, for a decoder to look at.
struct Memory {
  Tensor states;  // [rows, H]
  Spans spans;
  AttentionMask mask = {};  // who of the decoder's rows sees which of these
};

// States [B, S, H] for the sequences of a batch. The mask is Hugging Face's encoder_attention_mask: [B, S], 0 at pads;
// or [B, T, S], 0 where a row of the batch must not see a state. Who sees no state sees all alike, as there.
//
//   const Memory memory = pack_memory(batch, states, mask);
//   const Encoded encoded = decoder(batch, pass, {.memory = &memory});
Memory pack_memory(const Batch& batch, const Tensor& states, const Array& mask = {});

// The states of these sequences, in this order; one may be there several times. Not with a mask of pairs.
Memory select(const Memory& memory, std::span<const int64_t> sequences);

}  // namespace bertlet::bert
