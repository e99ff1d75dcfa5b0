#include "bert/data/pieces.h"

#include "core/require.h"

namespace bertlet::data {

// FNV-1a of the tokens, each ended by LF.
std::string fingerprint(const text::Vocabulary& vocabulary) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&](char byte) { hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3; };
  for (const std::string& token : vocabulary.tokens()) {
    for (const char byte : token) add(byte);
    add('\n');
  }
  return fmt::format("{:016x}", hash);
}

Pieces::Pieces(const text::Tokenizer& tokenizer)
    : cls(tokenizer.vocabulary().id(tokenizer.options().special.cls)),
      sep(tokenizer.vocabulary().id(tokenizer.options().special.sep)),
      mask(tokenizer.mask_id()),
      size(tokenizer.vocabulary().size()),
      vocabulary(fingerprint(tokenizer.vocabulary())) {
  for (const std::string& token : tokenizer.vocabulary().tokens())
    continues.push_back(token.starts_with(text::inside_mark));
}

}  // namespace bertlet::data
