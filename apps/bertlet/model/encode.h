#pragma once
#include "apps/bertlet/model/model_files.h"
#include "bert/heads/sentence_encoder.h"
#include "bert/io/files/lines.h"

// What vectors of texts and their similarities have in common.
namespace apps {

struct EncodeOptions {
  CommonOptions common;
  std::string directory, pool;
  std::vector<std::string> inputs;  // a file, or texts to compare
  std::optional<int64_t> layer, max_length;
  int64_t batch = 32;
  bool pair = false, normalize = false, tokens = false, similar = false;
  std::optional<bertlet::Precision> precision = {};

  void visit(const options::Visitor& f);
};

// Of lines or, with `pair`, of two texts with a tab between them.
std::vector<bertlet::text::Encoding> encodings_of(const bertlet::bert::SentenceEncoder& encoder,
                                                  std::span<const std::string_view> lines, bool pair);

// All texts with all: a table, or one number where they are two.
void show_similarities(const bertlet::bert::SentenceEncoder& encoder, const std::vector<std::string>& texts,
                       const EncodeOptions& options);

// Of the two texts of each line: the similarity and the texts, tabs between them.
std::string pair_similarities(const bertlet::bert::SentenceEncoder& encoder, std::span<const std::string_view> lines,
                              const EncodeOptions& options);

}  // namespace apps
