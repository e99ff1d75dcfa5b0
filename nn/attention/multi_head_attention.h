#pragma once
#include "nn/attention/attention.h"
#include "nn/attention/key_value_cache.h"
#include "nn/dense/linear.h"
#include "nn/pass.h"

namespace bertlet {

// Queries from x look at keys and values from x itself or from another sequence, under Hugging Face's names. What the
// module does not hold comes in the options: masks, head scales, causality.
//
//   MultiHeadAttention attention(768, 12);
//   Tensor y = attention(x, spans, pass);                     // x[N, 768] → [N, 768]
//   Tensor z = attention(x, spans, memory, memory_spans, pass);
struct MultiHeadAttention {
  // `memory`: the columns of what keys and values are made of. A head is hidden / heads wide, unless some are gone.
  struct Sizes {
    int64_t hidden, heads, head_size, memory;
  };

  Linear query, key, value, output;
  int64_t heads;
  real dropout = real(0.1);  // in training, of the probabilities
  Relative relative = Relative::none;
  Tensor distances = {};  // [2 max − 1, D] where positions are relative

  MultiHeadAttention(int64_t hidden, int64_t h) : MultiHeadAttention(hidden, h, hidden) {}
  MultiHeadAttention(int64_t hidden, int64_t h, int64_t memory)
      : MultiHeadAttention(Sizes{hidden, h, hidden / h, memory}) {}
  explicit MultiHeadAttention(const Sizes& s)
      : query(s.hidden, s.heads * s.head_size),
        key(s.memory, s.heads * s.head_size),
        value(s.memory, s.heads * s.head_size),
        output(s.heads * s.head_size, s.hidden),
        heads(s.heads) {}

  void use_relative(Relative kind, int64_t max_length) {
    relative = kind;
    distances = Tensor::parameter(Array::filled({2 * max_length - 1, query.weight.shape()[0] / heads}, 0));
  }

  Tensor operator()(const Tensor& x, const Spans& spans, Pass& pass, const AttentionOptions& options = {}) const {
    return (*this)(x, spans, x, spans, pass, options);
  }

  Tensor operator()(const Tensor& x, const Spans& from, const Tensor& memory, const Spans& to, Pass& pass,
                    const AttentionOptions& options = {}) const {
    return output(attention(query(x), key(memory), value(memory), from, to, with_members(options, pass)));
  }

  // Also the probabilities, [A, from, to] of each sequence.
  Attended with_probabilities(const Tensor& x, const Spans& from, const Tensor& memory, const Spans& to, Pass& pass,
                              const AttentionOptions& options = {}) const {
    Attended attended =
        attention_with_probabilities(query(x), key(memory), value(memory), from, to, with_members(options, pass));
    attended.y = output(attended.y);
    return attended;
  }

  // Step by step: x holds the new rows of every sequence, the cache what came before. No gradient beyond the output.
  Tensor operator()(const Tensor& x, const Spans& spans, KeyValueCache& cache,
                    const AttentionOptions& options = {}) const {
    remember(x, spans, cache);
    return recall(x, spans, cache, options);
  }

  // The two halves of it: rows join the cache; and rows look at what it holds.
  void remember(const Tensor& x, const Spans& spans, KeyValueCache& cache) const {
    cache.append(key(x).value(), value(x).value(), spans);
  }
  Tensor recall(const Tensor& x, const Spans& spans, const KeyValueCache& cache,
                const AttentionOptions& options = {}) const {
    Pass inference;
    return output(attention(query(x).value(), spans, cache, with_members(options, inference)));
  }

  AttentionOptions with_members(AttentionOptions options, Pass& pass) const {
    options.heads = heads;
    options.relative = relative;
    options.distances = distances;
    if (pass.training) {
      options.dropout = dropout;
      options.rng = pass.next_site();
      options.rows = pass.rows;
    }
    return options;
  }

  void visit(auto&& f) {
    f("self.query", query);
    f("self.key", key);
    f("self.value", value);
    f("self.distance_embedding.weight", distances);
    f("output.dense", output);
  }
};

}  // namespace bertlet
