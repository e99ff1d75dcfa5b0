#pragma once
#include "bert/data/instance.h"
#include "bert/data/pieces.h"
#include "bert/data/random.h"
#include "bert/options/option.h"

namespace bertlet::data {

enum class MaskUnit {
  token,
  word,    // all pieces of a word, or none
  n_gram,  // n words in a row with a chance that is proportional to 1/n, as ALBERT does
};

// Google's rates: of all tokens 15 % are to be found, and of these 80 % are [MASK], 10 % a random token, 10 % as they
// are.
struct MaskOptions {
  double rate = 0.15;  // of all tokens, [CLS] and [SEP] counted in; at least one is to be found
  int64_t most = 20;   // in one instance
  double masked = 0.8, random = 0.1, kept = 0.1;
  MaskUnit unit = MaskUnit::token;
  int64_t longest_n_gram = 3;

  void visit(const options::Visitor& f);
};
void check(const MaskOptions& options);

// Hides tokens of an instance that has none hidden yet. The draws are those of create_masked_lm_predictions in Google's
// create_pretraining_data.py.
void hide_tokens(Instance& instance, const MaskOptions& options, const Pieces& pieces, Random& random);

}  // namespace bertlet::data
