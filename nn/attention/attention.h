#pragma once
#include <vector>

#include "core/autograd.h"
#include "core/random.h"
#include "nn/spans.h"

namespace bertlet {

class KeyValueCache;

// Where the queries of a sequence stand among its keys; it matters for causal attention and relative positions where
// there are fewer queries than keys (or more).
enum class Queries {
  last,   // the last query stands at the last key, as in a growing cache
  first,  // the first query stands at the first key, as PyTorch's is_causal has it
};

// Hugging Face's position_embedding_type: besides q_i · k_j a score counts q_i · e (and k_j · e), where e is the row of
// a table for the distance of query and key.
enum class Relative { none, key, key_query };

// What a query gets that sees no key at all.
enum class FullyMasked {
  zeros,    // and it passes no gradient
  average,  // of all values. Its scores get a gradient all the same: Hugging Face's, where a mask is a huge negative
            // number in which the scores of such a query drown.
};

// Who may look at whom, beside causality.
struct AttentionMask {
  Array keys = {};   // one number for each row of k: a key with 0 is seen by nobody
  Array pairs = {};  // [from, to] of each sequence, one after another: 0 hides a key from a query
  Array bias = {};   // the same, or [A, from, to] of each sequence: added to the scaled scores; −∞ hides
  FullyMasked fully_masked = FullyMasked::zeros;
};

struct AttentionOptions {
  int64_t heads = 1;                   // A
  real scale = 0;                      // of the scores; 0 stands for 1 / √D
  bool causal = false;                 // a query sees no key that stands behind it
  Queries queries = Queries::last;     // where they stand
  AttentionMask mask = {};             // beside that
  real dropout = 0;                    // the rate at which probabilities are dropped
  Rng rng = {};                        // says which
  std::vector<int64_t> rows = {};      // the numbers of the queries' rows, where they are some of all: as in dropout
  Tensor head_scale = {};              // [A], multiplies each head's result: a head mask
  Relative relative = Relative::none;  // which of the two
  Tensor distances = {};  // [2 max − 1, D], the table: row from − to + max − 1 for query `from`, key `to`
};

// For each sequence and head, with the head's D columns of q, k and v:  softmax(q kᵀ / √D) v.
// Rows are packed, [N, A D]; the queries of sequence i look at its keys. No score survives the call: backward computes
// the probabilities again from q, k and one number for each row and head, the logarithm of the softmax's sum.
//
//   Tensor y = attention(q, k, v, spans, {.heads = 12, .dropout = 0.1, .rng = pass.next_site()});
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& spans,
                 const AttentionOptions& options);
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from, const Spans& to,
                 const AttentionOptions& options);  // cross: queries of `from` look at keys of `to`

// The same with what v was multiplied by, [A, from, to] for each sequence: as in Hugging Face's `attentions` after
// dropout and head mask. For looking at; no gradient passes through.
struct Attended {
  Tensor y;
  std::vector<Array> probabilities;
};
Attended attention_with_probabilities(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from,
                                      const Spans& to, const AttentionOptions& options);

// Queries look at all keys a cache holds by now, for inference: no gradient.
Array attention(const Array& q, const Spans& from, const KeyValueCache& cache, const AttentionOptions& options);

}  // namespace bertlet
