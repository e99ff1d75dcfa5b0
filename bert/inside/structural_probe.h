#pragma once
#include "bert/inside/layer_states.h"
#include "bert/inside/treebank.h"

// The structural probe (Hewitt & Manning 2019): is there a linear map B after which the squared distance of two words'
// states is how far apart they are in the sentence's tree?
//
//   const TextEncoder encoder = read_text_encoder("bert-base-uncased");
//   const StructureReport report = structural_probe(encoder, read_treebank("train.conllu"),
//   read_treebank("dev.conllu")); report.layers[7].uuas;
namespace bertlet::inside {

struct StructureOptions {
  int64_t rank = 64;  // rows of B; at most H
  int64_t epochs = 40;
  int64_t batch = 20;  // sentences
  double lr = 1e-3;    // of Adam, in the beginning; it falls to 0 evenly
  std::uint64_t seed = 1;
  TextsDone read = {};
  std::function<void(int64_t epochs)> learned = {};  // of all layers
};

struct StructureLayer {
  Array map = {};                     // B [k, H]
  double train_loss = 0, loss = 0;    // mean over sentences of Σ |tree distance − ‖B (h_i − h_j)‖²| / n²
  double uuas = 0;                    // share of the tree's edges that are found, without punctuation
  double spearman = 0;                // of distances from a word, mean by length of sentences, of 5 … 50 words
  std::vector<TreeEdges> trees = {};  // of dev, as found
};

struct StructureReport {
  std::vector<TreeSentence> train = {}, dev = {};  // those that the encoder takes whole
  int64_t left_out = 0;                            // the others
  double chain = 0;                                // UUAS of a tree in which each word hangs on its neighbour
  std::vector<StructureLayer> layers = {};

  std::size_t best() const;  // by UUAS
};

StructureReport structural_probe(const TextEncoder& encoder, std::vector<TreeSentence> train,
                                 std::vector<TreeSentence> dev, const StructureOptions& options = {});

// Where there is no other file to measure on: a fifth of the sentences.
std::pair<std::vector<TreeSentence>, std::vector<TreeSentence>> held_out(std::vector<TreeSentence> sentences,
                                                                         std::uint64_t seed = 1);

// --- what it is made of ---------------------------------------------------------------------------------------------

// Words of sentences, mapped: p = B h, [words, k].
struct MappedSentences {
  Array words = {};
  std::vector<const std::vector<double>*> distances = {};  // of each sentence [n, n], in the tree
};

// The loss of some sentences, and its gradient by p.
double structure_loss(const MappedSentences& mapped, Array& gradient);

std::vector<double> squared_distances(const Array& words);  // [n, k] → [n, n]

// Σ edges that are in both, over all of `gold`.
double edges_found(const std::vector<TreeEdges>& gold, const std::vector<TreeEdges>& found);

}  // namespace bertlet::inside
