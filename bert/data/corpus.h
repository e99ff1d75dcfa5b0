#pragma once
#include <functional>

#include "bert/data/records.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::data {

using Sentence = std::vector<int64_t>;   // ids, at least one
using Document = std::vector<Sentence>;  // at least one

// The documents of a corpus as ids, in a file that may be larger than memory: some two bytes a token, and any document
// is there at once. The text is tokenized once, by write_corpus.
//
//   write_corpus({"a.txt", "b.txt"}, tokenizer, {}, "run/corpus");
//   const Corpus corpus("run/corpus");
//   corpus.document(0);
class Corpus {
 public:
  explicit Corpus(const std::filesystem::path& file);

  int64_t documents() const { return records_.size(); }
  int64_t vocab_size() const { return vocab_size_; }
  const std::string& vocabulary() const { return vocabulary_; }  // its fingerprint
  const std::string& made_by() const { return records_.made_by(); }
  int64_t sentences(int64_t document) const;
  Document document(int64_t document) const { return from(document, 0, longest); }
  // Sentences from `first` on, until they have as many tokens.
  Document from(int64_t document, int64_t first, int64_t tokens) const;

  static constexpr int64_t longest = int64_t{1} << 24;  // tokens; a longer document goes on as another

 private:
  Records records_;
  int64_t vocab_size_;
  std::string vocabulary_;
};

enum class CorpusForm {
  lines,  // Google's: a sentence a line, blank lines between documents
  prose,  // a blank line ends a paragraph, two end a document; sentences are found by split_sentences
};

// Reads text files of any size, once and from front to back; "-" is standard input. A document ends with its file too.
// A line without any token is no sentence. The file written is the same for any number of threads.
void write_corpus(const std::vector<std::string>& files, const text::Tokenizer& tokenizer, CorpusForm form,
                  const std::filesystem::path& corpus, const std::function<void(int64_t bytes)>& progress = {});

// Draws the documents that a model is not trained on: this share of them, at least one.
void split_corpus(const Corpus& corpus, double share, std::uint64_t seed, const std::filesystem::path& kept,
                  const std::filesystem::path& held_out);

}  // namespace bertlet::data
