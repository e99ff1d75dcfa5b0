#include "bert/data/corpus.h"

#include "bert/io/json/document.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

// A document's record: how many sentences, how many bytes each takes, their ids.
Corpus::Corpus(const std::filesystem::path& file) : records_(file, "corpus") {
  const io::JsonDocument made_by = io::parse_json(records_.made_by(), records_.name());
  vocab_size_ = made_by.root()["vocab_size"].integer();
  vocabulary_ = made_by.root()["vocabulary"].string();
  require(vocab_size_ > 0, "{}: got a vocabulary of {} tokens, want at least 1", records_.name(), vocab_size_);
}

int64_t Corpus::sentences(int64_t document) const {
  Records::Reader reader = records_.read(document);
  const int64_t count = reader.number(longest);
  if (count == 0) reader.refuse();
  return count;
}

Document Corpus::from(int64_t document, int64_t first, int64_t tokens) const {
  Records::Reader reader = records_.read(document);
  const int64_t count = reader.number(longest);
  if (count <= first) reader.refuse();
  const std::vector<int64_t> sizes = reader.numbers(count, longest * 10);
  for (int64_t i = 0; i < first; ++i) reader.skip(sizes[to_size(i)]);
  Document sentences;
  for (auto i = to_size(first); i < sizes.size() && tokens > 0; ++i) {
    sentences.push_back(reader.numbers_in(sizes[i], vocab_size_ - 1));
    if (sentences.back().empty()) reader.refuse();
    tokens -= std::ssize(sentences.back());
  }
  return sentences;
}

}  // namespace bertlet::data
