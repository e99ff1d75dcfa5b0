#pragma once
#include <filesystem>

#include "bert/heads/word_head.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::inside {

// A BERT that knows words: its head for masked words was trained, and with it comes its tokenizer.
//
//   const LanguageModel model = read_language_model("bert-base-uncased");
//   const text::Encoding encoding = model.encoded("Paris is in France.");
struct LanguageModel {
  text::Tokenizer tokenizer;
  bert::MaskedLM network;

  // With [CLS] and [SEP]; an error where it is longer than the model takes.
  text::Encoding encoded(std::string_view text, std::string_view pair = {}) const;
  const std::string& token(int64_t id) const { return tokenizer.vocabulary().token(id); }
};

// From a model's directory or a run's. An error where the head is missing, or sees one side only.
LanguageModel read_language_model(const std::filesystem::path& directory);

}  // namespace bertlet::inside
