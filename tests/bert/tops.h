#pragma once
#include "bert/heads/sentence_tops.h"
#include "bert/heads/token_top.h"

// The small encoder and its batch that tests of heads stand on.
namespace tops {

using bertlet::Array;
using bertlet::real;
using bertlet::bert::Config;
using bertlet::bert::Padded;

inline constexpr int64_t hidden = 4, depth = 2;
inline const std::vector<int64_t> classes{2, 0, 1};

inline Config config_of_cases() {
  Config config;
  config.hidden_size = hidden;
  config.num_hidden_layers = depth;
  config.num_attention_heads = 1;
  config.intermediate_size = 2 * hidden;
  config.vocab_size = 10;
  config.set_num_labels(3);
  return config;
}

// Sequences of which nothing but the lengths is looked at.
inline bertlet::bert::Batch batch_of(const std::vector<int64_t>& lengths) {
  const int64_t rows = std::ssize(lengths), longest = std::ranges::max(lengths);
  Padded padded{.sequences = rows, .length = longest, .mask = Array::filled({rows, longest}, 0)};
  padded.ids.assign(static_cast<std::size_t>(rows * longest), 1);
  for (int64_t i = 0; i < rows; ++i)
    std::fill_n(padded.mask.data() + i * longest, lengths[static_cast<std::size_t>(i)], real(1));
  return pack(padded);
}

inline const std::vector<int64_t> lengths{3, 5, 1};

}  // namespace tops
