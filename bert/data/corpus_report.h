#pragma once
#include <string>
#include <vector>

#include "bert/data/corpus.h"
#include "bert/io/json/document.h"

// What is in a corpus, to be read before a model is trained on it.
//
//   const CorpusReport report = corpus_report(corpus, tokenizer, 128);
//   fmt::print("{}", text_of(report));
namespace bertlet::data {

struct CorpusReport {
  int64_t documents = 0, sentences = 0, tokens = 0;
  int64_t shortest = 0, median = 0, longest = 0;  // sentences, in tokens
  int64_t too_long = 0;                           // sentences that do not fit into an instance
  int64_t room = 0;                               // how many tokens fit
  int64_t single = 0;                             // documents of one sentence
  int64_t repeated = 0;                           // sentences that stood there before, token for token
  bool repeated_is_estimate = false;              // from a sample of the sentences, as there are so many
  int64_t unknown = 0;                            // tokens
  int64_t vocab_size = 0, used = 0;               // tokens of the vocabulary that occur
  double entropy = 0;                             // of single tokens, in bits
  std::string most_frequent = {};                 // token
  int64_t most_frequent_count = 0;

  double mean() const { return share(tokens, sentences); }  // length of a sentence
  double unknown_rate() const { return share(unknown, tokens); }
  double repeated_rate() const { return share(repeated, sentences); }

  // One sentence each on what will probably make the model worse than it could be.
  std::vector<std::string> warnings() const;

  static double share(int64_t part, int64_t all) {
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
  }
};

// `max_length` is that of the instances, with [CLS] and two [SEP].
CorpusReport corpus_report(const Corpus& corpus, const text::Tokenizer& tokenizer, int64_t max_length);

std::string text_of(const CorpusReport& report);
io::Json json_of(const CorpusReport& report);

}  // namespace bertlet::data
