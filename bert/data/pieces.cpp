#include "bert/data/pieces.h"

namespace bertlet::data {

Pieces::Pieces(const text::Tokenizer& tokenizer)
    : cls(tokenizer.vocabulary().id(tokenizer.options().special.cls)),
      sep(tokenizer.vocabulary().id(tokenizer.options().special.sep)),
      mask(tokenizer.mask_id()),
      size(tokenizer.vocabulary().size()) {
  for (const std::string& token : tokenizer.vocabulary().tokens()) continues.push_back(token.starts_with("##"));
}

}  // namespace bertlet::data
