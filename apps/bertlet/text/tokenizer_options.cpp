#include "apps/bertlet/text/tokenizer_options.h"

#include <fmt/core.h>

#include "bert/text/tokenizer_files.h"
#include "core/require.h"

namespace apps {

namespace text = bertlet::text;

void add_tokenizer_options(Command& command, TokenizerChoice& choice) {
  command.text("--vocab", "F", choice.vocab,
               "vocab.txt, one token per line; or a model directory, whose files say all the rest", Needed::yes);
  add_text_options(command, choice);
}

void add_text_options(Command& command, TokenizerChoice& choice) {
  command.flag("--cased", choice.cased, "Keep capitals and accents");
  command.one_of("--strip-accents", "BOOL", choice.strip_accents, {"true", "false"}, "Whatever the case is");
  command.flag("--no-chinese", choice.no_chinese, "Ideographs are not words of their own");
  command.one_of("--rules", "WHOSE", choice.rules, {"huggingface", "google"}, "Where sources differ");
}

text::TextOptions text_options(const TokenizerChoice& choice) {
  text::TextOptions options;
  options.rules = choice.rules == "google" ? text::Rules::google : text::Rules::huggingface;
  options.lower_case = !choice.cased;
  options.chinese = !choice.no_chinese;
  if (!choice.strip_accents.empty()) options.strip_accents = choice.strip_accents == "true";
  return options;
}

namespace {

text::Tokenizer of_directory(const TokenizerChoice& choice) {
  const bool says_more =
      choice.cased || choice.no_chinese || !choice.strip_accents.empty() || choice.rules != "huggingface";
  bertlet::require(!says_more, "{}: is a model directory, want no --cased, --strip-accents, --no-chinese or --rules",
                   choice.vocab);
  return text::read_tokenizer(choice.vocab);
}

}  // namespace

text::Tokenizer tokenizer_of(const TokenizerChoice& choice, bool quiet) {
  if (std::filesystem::is_directory(choice.vocab)) return of_directory(choice);
  text::TokenizerOptions options{.text = text_options(choice)};
  text::Vocabulary vocabulary = text::Vocabulary::read(choice.vocab, options.text.rules);
  for (const std::string& remark : vocabulary.remarks())
    if (!quiet) fmt::print(stderr, "{}: {}\n", choice.vocab, remark);
  return text::Tokenizer(std::move(vocabulary), std::move(options));
}

}  // namespace apps
