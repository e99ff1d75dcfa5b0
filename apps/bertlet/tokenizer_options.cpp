#include "apps/bertlet/tokenizer_options.h"

#include <fmt/core.h>

#include "bert/text/tokenizer_files.h"
#include "core/require.h"

namespace apps {

namespace text = bertlet::text;

void add_tokenizer_options(CLI::App& subcommand, TokenizerChoice& choice) {
  subcommand
      .add_option("--vocab", choice.vocab,
                  "vocab.txt, one token per line; or a model directory, whose files say all the rest")
      ->type_name("F")
      ->required();
  add_text_options(subcommand, choice);
}

void add_text_options(CLI::App& subcommand, TokenizerChoice& choice) {
  subcommand.add_flag("--cased", choice.cased, "Keep capitals and accents");
  subcommand.add_option("--strip-accents", choice.strip_accents, "true or false, whatever the case is")
      ->type_name("BOOL")
      ->check(CLI::IsMember({"true", "false"}).description(""));
  subcommand.add_flag("--no-chinese", choice.no_chinese, "Ideographs are not words of their own");
  subcommand.add_option("--rules", choice.rules, "Where sources differ: huggingface or google")
      ->type_name("WHOSE")
      ->check(CLI::IsMember({"huggingface", "google"}).description(""))
      ->capture_default_str();
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
