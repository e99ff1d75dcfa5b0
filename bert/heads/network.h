#pragma once
#include <memory>

#include "bert/model/model.h"
#include "nn/init.h"
#include "nn/losses/losses.h"

// An encoder with a head on it. Each head is a struct of its own (sentence_head.h, token_heads.h, …); Network is any of
// them, where which one it is is known only when the program runs.
//
//   const std::unique_ptr<Network> network = make_network("masked-lm", config);      // Hugging Face's names
//   const std::unique_ptr<Network> tagger = token_network(config, {.kind = "lstm", .crf = true});
//   const Scored scored = network->score(batch, pass);
//   backward(network->loss(scored, batch, {.labels = labels}));
namespace bertlet::bert {

// What is wanted of a batch: each head reads what it needs. −100: nothing is wanted there.
struct Wanted {
  std::vector<int64_t> labels = {};             // of sequences or groups [B], or of rows [N]
  Array values = {};                            // [B, labels]: numbers, or for each label whether it holds
  std::vector<int64_t> starts = {}, ends = {};  // [B]: of the answer, counted from the sequence's first row
  std::vector<int64_t> next = {};               // [B]: 0 the second segment follows the first, 1 it does not
  CrossEntropyOptions over_classes = {};        // where the loss is a cross-entropy over classes of sequences or tokens
};

// The rows of a batch that have a label: a word's first token, for example, and neither [CLS] nor a pad.
struct LabelledRows {
  std::vector<int64_t> rows, labels;

  explicit LabelledRows(const std::vector<int64_t>& of_rows);  // [N], −100 where there is none
};

struct Scored {
  Encoded encoded = {};
  Tensor scores = {};              // of sequences or groups [B, labels], of rows [N, labels]; answers [N, 2]
  Tensor next = {};                // pre-training and next sentence: [B, 2]
  Tensor vectors = {};             // pairs: [2 groups, H], of all first texts, then of all second ones
  std::vector<int64_t> rows = {};  // language models: of which rows of the batch the scores are; empty: of all
};

// A tensor under Hugging Face's name, and whether it has a line for each row of the batch or for each sequence.
struct NamedScores {
  std::string name;
  Tensor tensor;
  bool by_row;
};

class Network {
 public:
  virtual ~Network() = default;

  virtual Parameters& parameters() = 0;
  virtual const Config& config() const = 0;
  virtual const Model& encoder() const = 0;
  virtual void prune(const HeadsByLayer& heads) = 0;         // of the encoder: prune.h; parameters are others then
  virtual std::vector<InitRule> initial_values() const = 0;  // of the head and of the encoder

  // `rows`: language models score these alone, others take no notice. Empty: all. The last layer computes the rows that
  // the head reads, unless layers are asked for to be looked at.
  virtual Scored score(const Batch& batch, Pass& pass, const EncoderOptions& options = {},
                       std::vector<int64_t> rows = {}) const = 0;

  // The head alone, on what an encoder gave.
  virtual Scored head_scores(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows = {}) const = 0;

  virtual Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const = 0;
  virtual bool has_loss(const Wanted& wanted) const = 0;  // whether what its loss needs is there
  virtual bool labels_rows() const = 0;                   // whether each row has a label, rather than each sequence
  virtual std::vector<NamedScores> named(const Scored& scored) const = 0;

  // Language models: the rows whose scores the loss needs, for score(). If no row has a label it is the first one, and
  // the loss is 0.
  virtual std::vector<int64_t> rows_of(const Batch& batch, const Wanted& wanted) const = 0;

  // A head for tokens: the best label of each row that has a label; a random field chooses a sequence's together.
  virtual std::vector<int64_t> decode(const Scored& scored, const Batch& batch,
                                      const std::vector<int64_t>& labels) const = 0;
};

void initialise(Network& network, std::uint64_t seed);

// --- which networks there are --------------------------------------------------------------------------------------

// By Hugging Face's names: model pretraining masked-lm causal-lm next-sentence sequence-classification multiple-choice
// token-classification question-answering.
std::unique_ptr<Network> make_network(const std::string& name, const Config& config);
std::vector<std::string> network_names();
std::string head_of(const Config& config);  // what the config's "architectures" names; nothing if it names none of ours

// What stands between the encoder and the scores. With the defaults it is Hugging Face's head.
struct HeadOptions {
  std::string kind = "linear";  // of a sentence: linear mlp cnn lstm gru; of tokens: linear lstm gru
  std::string layers = "last";  // what it looks at: last, mixed, or the number of a layer; 0: the embeddings
  std::string pool = {};        // of a sentence: how rows become one; if not given, the first of pools_of(kind)
  int64_t width = 0;            // mlp: of the layer between, H; cnn: of each kernel, 100; lstm, gru: of a direction,
                                // H / 2. 0: what is said here
  std::vector<int64_t> kernels = {3, 4, 5};  // cnn: rows that each looks at
  bool crf = false;                          // tokens: labels are chosen together, by which ones follow each other
  std::string windows = "mean";  // how a group's sequences, the windows of a long text, become one: mean or max of
                                 // their scores, or attention: a learned mean of what the classifier looks at
};

std::vector<std::string> sentence_kinds();
std::vector<std::string> token_kinds();
std::vector<std::string> pools_of(const std::string& kind);  // of a sentence's head, the usual one first
std::vector<std::string> window_kinds();

// A label, several labels or a number for each sequence or group, by config.problem_type.
std::unique_ptr<Network> sentence_network(const Config& config, const HeadOptions& options = {});
std::unique_ptr<Network> token_network(const Config& config, const HeadOptions& options = {});  // a label for each row

// Two texts, each encoded by itself: classes of pairs, how near they are (a number from −1 to 1), or which belongs to
// which. Each group is a pair. The scores are classes [groups, labels] or cosines [groups].
enum class Objective { classes, cosine, ranking };
std::unique_ptr<Network> pair_network(const Config& config, const std::string& pool, Objective objective);

}  // namespace bertlet::bert
