#pragma once
#include <filesystem>
#include <functional>
#include <span>

#include "bert/model/model.h"
#include "bert/text/tokenizer/tokenizer.h"

// What every layer has of many texts: for studies that look at the states of an encoder and leave it as it is.
//
//   const TextEncoder encoder = read_text_encoder("bert-base-uncased");
//   const SentenceRows rows = rows_of_words(encoder, {"The", "cat", "sat", "."});
//   const std::vector<Array> states = layer_states(encoder.model, {rows.sequence}, {rows.words[1]});
//   states[3]    // [1, H]: "cat" behind the third layer
namespace bertlet::inside {

struct TextEncoder {
  text::Tokenizer tokenizer;
  bert::Model model;  // frozen

  int64_t layers() const { return model.config.num_hidden_layers + 1; }  // with the embeddings
};
TextEncoder read_text_encoder(const std::filesystem::path& directory);  // of any model, with whatever head

// Rows of a sequence, whose mean is taken.
struct Stretch {
  int64_t sequence = 0;  // of those that are given
  int64_t begin = 0, end = 0;

  bool is_empty() const { return begin == end; }
};

// L + 1 times [stretches, H]: the embeddings, and what comes out of each layer.
using TextsDone = std::function<void(int64_t texts)>;
std::vector<Array> layer_states(const bert::Model& model, std::span<const bert::Sequence> sequences,
                                std::span<const Stretch> stretches, const TextsDone& done = {});

// A sentence that is in words, and the rows of each word's pieces; none of a word that the tokenizer drops, or that
// stands behind what the model takes.
struct SentenceRows {
  bert::Sequence sequence;
  std::vector<Stretch> words;
};
SentenceRows rows_of_words(const TextEncoder& encoder, std::span<const std::string> words, int64_t sequence = 0);

}  // namespace bertlet::inside
