#pragma once
#include <optional>

#include "bert/inside/layer_states.h"

// What lies near a vector: words in the table of embeddings, and words of sentences in any layer.
//
//   const TextEncoder encoder = read_text_encoder("bert-base-uncased");
//   const std::vector<TableNeighbour> near = table_neighbours(encoder, "paris", 5);
//   const WordsInContext words = words_in_context(encoder, sentences);
//   nearest(words, 3, 12, 5);    // to the thirteenth word, in layer 3
namespace bertlet::inside {

struct NearRow {
  int64_t row;
  double cosine;
};

// Rows of x[N, H] by the cosine of the angle to a vector [H], the nearest first; `without` are left out.
std::vector<NearRow> nearest_rows(const Array& x, std::span<const real> vector, int64_t count,
                                  const std::vector<int64_t>& without = {});

struct TableWord {
  std::vector<std::string> pieces;  // of a word in several the mean of their embeddings is taken
  std::vector<NearRow> neighbours;  // row: the token's id
};
TableWord table_neighbours(const TextEncoder& encoder, std::string_view word, int64_t count);

// Words where they stand, each with its state in every layer: the mean of its pieces.
struct WordsInContext {
  struct Occurrence {
    int64_t sentence;
    text::Span bytes;  // in the sentence
  };
  std::vector<std::string> sentences = {};
  std::vector<Occurrence> occurrences = {};
  std::vector<Array> layers = {};  // L + 1 times [occurrences, H]

  std::string_view word(int64_t i) const;
  std::vector<int64_t> find(std::string_view word) const;  // in whatever case
};

// Sentences are cut into words at spaces and signs. With `only`, other words have no states.
WordsInContext words_in_context(const TextEncoder& encoder, std::vector<std::string> sentences,
                                const std::optional<std::string>& only = {}, const TextsDone& done = {});

// Of a layer; row: the occurrence.
std::vector<NearRow> nearest(const WordsInContext& words, int64_t layer, int64_t occurrence, int64_t count);

bool is_same_word(std::string_view a, std::string_view b);  // in whatever case

}  // namespace bertlet::inside
