#pragma once
#include <filesystem>

#include "bert/text/tokenizer/tokenizer.h"

// The tokenizer's files of a model directory, as Hugging Face has them.
namespace bertlet::text {

// The vocabulary is that of tokenizer.json, if it is there, or else vocab.txt. What tokenizer_config.json,
// special_tokens_map.json and added_tokens.json say counts, in this order, over what tokenizer.json says.
Tokenizer read_tokenizer(const std::filesystem::path& directory);

// Lower case for a cased model's tokenizer, which does to accents what it did.
void add_lower_case(TextOptions& options);

// All of vocab.txt, tokenizer.json, tokenizer_config.json and special_tokens_map.json. Google's rules are a setting in
// tokenizer_config.json that others do not know.
void write_tokenizer(const Tokenizer& tokenizer, const std::filesystem::path& directory);

}  // namespace bertlet::text
