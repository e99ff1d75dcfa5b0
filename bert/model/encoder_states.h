#pragma once
#include <span>

#include "bert/model/batch.h"

namespace bertlet::bert {

// An encoder's states, for a decoder to look at.
//
//   const Encoded encoded = decoder(batch, pass, {.memory = &memory});
struct EncoderStates {
  Tensor states;  // [rows, H]
  Spans spans;
  AttentionMask mask = {};  // who of the decoder's rows sees which of these
};

// The states of these sequences, in this order; one may be there several times. Not with a mask of pairs.
EncoderStates select(const EncoderStates& memory, std::span<const int64_t> sequences);

}  // namespace bertlet::bert
