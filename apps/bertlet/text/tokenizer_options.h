#pragma once
#include <string>

#include "apps/bertlet/command.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace apps {

// How subcommands that take text are told which tokenizer to use.
struct TokenizerChoice {
  std::string vocab;  // a file, or a directory whose files say all the rest
  std::string rules = "huggingface";
  std::string strip_accents;  // true, false, or nothing: as the case
  bool cased = false, no_chinese = false;

  void visit(const options::Visitor& f);
  void visit_text(const options::Visitor& f);  // the same without --vocab
};
void add_tokenizer_options(Command& command, TokenizerChoice&);
void add_text_options(Command& command, TokenizerChoice&);  // the same without --vocab
bertlet::text::TextOptions text_options(const TokenizerChoice&);

// What is odd about the vocabulary goes to stderr, unless quiet.
bertlet::text::Tokenizer tokenizer_of(const TokenizerChoice&, bool quiet);

}  // namespace apps
