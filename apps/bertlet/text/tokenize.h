#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "apps/bertlet/text/tokenizer_options.h"

// The three ways of `bertlet tokenize`: lines to tokens, lines to one batch, ids to lines.
namespace apps {

struct TokenizeOptions {
  CommonOptions common;
  TokenizerChoice tokenizer;
  std::string input = "-";
  bool no_special = false, pair = false, padded = false, decode = false, skip_special = false;
  std::optional<int64_t> max_length;

  void visit(const options::Visitor& f);
  bertlet::text::EncodeOptions encode() const { return {.special = !no_special, .max_length = max_length}; }
};

// All lines as one object, as `bertlet run` reads it.
void write_padded(const TokenizeOptions& options, const bertlet::text::Tokenizer& tokenizer);

// Each line of ids as text.
void write_decoded(const TokenizeOptions& options, const bertlet::text::Tokenizer& tokenizer);

// The two texts of a line: before its first tab, and behind it.
std::pair<std::string_view, std::string_view> halves(std::string_view line);

}  // namespace apps
