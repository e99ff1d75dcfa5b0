#pragma once
#include "bert/inside/head_map.h"
#include "bert/inside/head_statistics.h"
#include "bert/io/json/document.h"

namespace bertlet::view {

struct Guess {
  std::string word;
  double probability;
};

// A text, and what a model does with it.
struct AttentionExhibit {
  std::string model, text, text_b = {};
  std::vector<inside::Token> tokens;
  inside::AttentionMaps maps;
  std::vector<std::vector<Guess>> guesses = {};  // for each token, where the model can guess words
};

// Which weights a page holds in full: of others it has thumbnails, statistics and the mean over heads.
struct AttentionChoice {
  std::vector<int64_t> layers = {}, heads = {};  // none: as many layers as fit, the last ones first
  std::size_t bytes = 0;                         // into which they fit; q, k and v take what is left
};

void check(const AttentionChoice& choice, const inside::AttentionMaps& maps);  // an error names what is not there

// What the scripts beside this file read. `remark` says what was left out, if anything.
struct AttentionData {
  io::Json json;
  std::string remark;
};
AttentionData attention_data(const AttentionExhibit& exhibit, const AttentionChoice& choice);

}  // namespace bertlet::view
