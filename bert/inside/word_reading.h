#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/tensor.h"

namespace bertlet::inside {

// What a row of scores for all words says, of one of them above all.
struct WordReading {
  struct Guess {
    int64_t id;
    double probability;
  };
  int64_t id = 0;                     // the word that is asked about
  double log_probability = 0;         // of it, in nats
  int64_t rank = 0;                   // of it: 1 is the likeliest; among equals the first id is
  double entropy = 0;                 // of the row, in nats
  std::vector<Guess> likeliest = {};  // so many as wanted
};

WordReading word_reading(std::span<const real> scores, int64_t id, int64_t top_k);

// Of each row of scores [rows, V], about the word of the same number.
std::vector<WordReading> word_readings(const Array& scores, const std::vector<int64_t>& ids, int64_t top_k);

}  // namespace bertlet::inside
