#pragma once
#include <filesystem>

#include "bert/io/models/sentence_transformers.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::bert {

// What is not given is as modules.json says or, where there is none, the mean of the last layer.
struct SentenceOptions {
  std::optional<SentencePool> pool = {};  // in the place of modules.json's pooling and of what follows it
  std::optional<int64_t> layer = {};      // the tokens after this one, 0 being the embeddings
  std::optional<int64_t> max_length = {};
  bool normalize = false;
  std::optional<Precision> precision = {};  // of products; none: as the model is kept
  std::uint64_t seed = 1;                   // of what the checkpoint lacks
};

// Vectors of texts. Of a sentence-transformers directory they are those that sentence-transformers gives.
//
//   const SentenceEncoder encoder("all-MiniLM-L6-v2");
//   const Array vectors = encoder.vectors({{encoder.encode("The cat sat."), encoder.encode("A dog ran.")}});  // [2,
//   384]
class SentenceEncoder {
 public:
  explicit SentenceEncoder(const std::filesystem::path& directory, const SentenceOptions& options = {});

  // As the model is given it: with the prompt, cut to length.
  text::Encoding encode(std::string_view text, std::optional<std::string_view> pair = {}) const;

  Array vectors(std::span<const text::Encoding> texts) const;               // [B, H]
  std::vector<Array> token_vectors(std::span<const text::Encoding>) const;  // of each text [tokens, H]

  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  const std::vector<std::string>& remarks() const { return remarks_; }  // about what was loaded

 private:
  Encoded encoded(const Batch& batch, const std::vector<int64_t>& rows = {}) const;
  std::vector<int64_t> rows_read(const Batch& batch) const;

  SentenceOptions options_;
  SentenceModules modules_;
  Model model_;
  text::Tokenizer tokenizer_;
  std::vector<std::string> remarks_;
};

// [B, C]: the cosine of the angle between each row of a[B, H] and each of b[C, H].
Array cosine_similarities(const Array& a, const Array& b);

}  // namespace bertlet::bert
