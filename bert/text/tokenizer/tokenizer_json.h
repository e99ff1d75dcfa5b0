#pragma once
#include "bert/io/json/document.h"
#include "bert/text/tokenizer/tokenizer.h"

// tokenizer.json of BERT's kind: a WordPiece model under BertNormalizer and BertPreTokenizer. Any other is refused.
namespace bertlet::text {

struct TokenizerParts {
  Vocabulary vocabulary;
  TokenizerOptions options;
  bool lower_case_first = false;  // whatever the other files say
};
TokenizerParts parse_tokenizer_json(const io::JsonPlace& root);

io::Json tokenizer_json(const Tokenizer& tokenizer);

// A token as these files write it: its text alone, or an object with its properties.
AddedToken added_token(const io::JsonPlace& place);
io::Json json_of(const AddedToken& token);

// All tokens that are looked for in texts, special ones first, each once.
std::vector<AddedToken> added_tokens_of(const Tokenizer& tokenizer);

}  // namespace bertlet::text
