#pragma once
#include <vector>

#include "bert/text/encoding.h"
#include "core/random.h"

// What a model is trained on: from ids to examples and batches.
namespace bertlet::data {

// How many tokens are hidden, and behind what. Of ten that the model must find, eight are [MASK] and one is a word
// drawn at random; one stays as it is, so that a model cannot rely on a word being right because it is not masked.
struct Masking {
  double rate = 0.15;  // of all tokens, [CLS] and [SEP] counted in; at least one token is chosen
  int64_t most = 20;   // in one example
  double masked = 0.8, random = 0.1;
  int64_t mask_id = 0, vocab_size = 0;
};

struct Gap {
  int64_t position;  // in the example
  int64_t word;      // what stood there
};

// Hides tokens that are not special, and says which; the gaps come in the order of the text. The random numbers are
// those of the sites rng.site … rng.site + 2.
std::vector<Gap> mask_words(text::Encoding& encoding, const Masking& masking, const Rng& rng);

}  // namespace bertlet::data
