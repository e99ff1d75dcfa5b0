#pragma once
#include <functional>
#include <optional>

#include "bert/data/corpus.h"
#include "bert/data/instance.h"
#include "bert/data/mask.h"

namespace bertlet::data {

enum class PairTask {
  next_sentence,   // half of the second segments are from another document
  sentence_order,  // half of the pairs are swapped, as ALBERT has it
  none,            // one segment
};

enum class Generator {
  philox,  // ours: a stream for each document, so that documents are worked on in parallel
  python,  // one stream for all: with it instances are those of Google's create_pretraining_data.py
};

struct InstanceOptions {
  int64_t max_length = 128;  // in tokens, with [CLS] and [SEP]
  double short_rate = 0.1;   // of documents that are cut to a shorter length, drawn for each
  PairTask task = PairTask::next_sentence;
  int64_t dupe_factor = 10;                         // how often the corpus is gone through, each time with other draws
  std::optional<MaskOptions> mask = MaskOptions();  // nothing: masked when they are read, anew in each epoch
  std::uint64_t seed = 12345;
  Generator generator = Generator::philox;

  void visit(const options::Visitor& f);  // but for mask and seed
};

// As JSON; the made_by() of instances that were made so, which may be used again.
std::string description(const InstanceOptions& options, const Pieces& pieces);

// Packs the sentences of each document into instances and writes these to a file in random order. The file is the
// same for any number of threads.
void write_instances(const Corpus& corpus, const Pieces& pieces, const InstanceOptions& options,
                     const std::filesystem::path& file, const std::function<void(int64_t documents)>& progress = {});

// The file, which may be larger than memory.
//
//   const Instances instances("run/instances");
//   Instance instance = instances.read(0);
class Instances {
 public:
  explicit Instances(const std::filesystem::path& file);

  int64_t size() const { return records_.size(); }
  const std::string& vocabulary() const { return vocabulary_; }  // its fingerprint
  bool is_masked() const { return masked_; }                     // otherwise use masked()
  const std::string& made_by() const { return records_.made_by(); }

  Instance read(int64_t index) const;
  int64_t length(int64_t index) const;  // of that instance, in tokens

  // Dynamic masking: what is hidden depends on seed, epoch and index alone.
  Instance masked(int64_t index, const MaskOptions& options, const Pieces& pieces, std::uint64_t seed,
                  int64_t epoch) const;

 private:
  Records records_;
  int64_t vocab_size_;
  std::string vocabulary_;
  bool masked_;
};

}  // namespace bertlet::data
