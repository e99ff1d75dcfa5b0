#pragma once
#include "bert/data/instances.h"

namespace bertlet::data {

// Makes instances of a document, not masked yet. What is drawn, and in what order, is what
// create_instances_from_document draws in Google's create_pretraining_data.py; `finish` is called with each instance,
// as the script masks it there.
class Packing {
 public:
  using Finish = std::function<void(Instance&, Random&)>;

  // `order` is that of the documents.
  Packing(const Corpus& corpus, const std::vector<int64_t>& order, const Pieces& pieces,
          const InstanceOptions& options);

  std::vector<Instance> run(int64_t position, Random& random, const Finish& finish) const;  // of order[position]

 private:
  struct Segments {
    Sentence first, second;
    Pair pair;
    std::size_t used;  // sentences of the document
  };
  using Chunk = std::span<const Sentence>;

  int64_t draw_target(Random& random) const;
  std::optional<Segments> segments(Chunk chunk, int64_t position, int64_t target, Random& random) const;
  Segments next_sentence(Chunk chunk, int64_t position, int64_t target, Random& random) const;
  static std::optional<Segments> sentence_order(Chunk chunk, Random& random);
  Sentence from_elsewhere(int64_t position, int64_t tokens, Random& random) const;
  Instance assembled(Segments&& segments, Random& random) const;

  const Corpus& corpus_;
  const std::vector<int64_t>& order_;
  const Pieces& pieces_;
  const InstanceOptions& options_;
  const int64_t room_;  // for tokens that are not special
};

}  // namespace bertlet::data
