#pragma once
#include "bert/heads/sentence_head.h"
#include "bert/heads/token_heads.h"

// The small encoder and its batch that tests of heads stand on.
namespace heads {

using bertlet::bert::Config;
using bertlet::bert::Sequence;

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
  std::vector<Sequence> sequences;
  for (const int64_t length : lengths) sequences.push_back({std::vector<int64_t>(bertlet::to_size(length), 1)});
  return bertlet::bert::Batch::of(sequences);
}

inline const std::vector<int64_t> lengths{3, 5, 1};

}  // namespace heads
