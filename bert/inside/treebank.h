#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Sentences whose words hang on each other, from files in CoNLL-U.
//
//   for (const TreeSentence& sentence : read_treebank("dev.conllu"))
//     tree_distances(sentence);    // [n, n], row by row
namespace bertlet::inside {

struct TreeSentence {
  int64_t line = 0;                // of its first word
  std::vector<std::string> words;  // the syntactic ones: of "don't" as one token, do and n't
  std::vector<int64_t> heads;      // from 0; of the root none
  std::vector<bool> punctuation;   // by UPOS or, where it is _, by the word's characters

  static constexpr int64_t none = -1;
  int64_t size() const { return std::ssize(words); }
};

// Comments, the lines of multiword tokens (1-2) and those of empty nodes (1.1) are no words.
std::vector<TreeSentence> read_treebank(const std::filesystem::path& file);

// How many edges there are between two words, [n, n].
std::vector<double> tree_distances(const TreeSentence& sentence);

// The edges of the tree that is shortest in all, from [n, n] distances, of the words that count; each with its lower
// end first. Of equal distances the pair that comes first is taken.
using TreeEdges = std::vector<std::pair<int64_t, int64_t>>;
TreeEdges shortest_tree(std::span<const double> distances, const std::vector<bool>& left_out);

}  // namespace bertlet::inside
