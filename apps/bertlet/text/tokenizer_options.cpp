#include "apps/bertlet/text/tokenizer_options.h"

#include <fmt/core.h>

#include "apps/bertlet/model/model_files.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace text = bertlet::text;

void TokenizerChoice::visit(const options::Visitor& f) {
  f({"vocab",
     &vocab,
     "vocab.txt, one token per line; or a model directory or run, whose files say all the rest",
     {.type = "F", .needed = true, .affects = options::Affects::content}});
  visit_text(f);
}

void TokenizerChoice::visit_text(const options::Visitor& f) {
  f({"cased", &cased, "Keep capitals and accents"});
  f({"strip-accents", &strip_accents, "Whatever the case is", {.values = {"true", "false"}, .type = "BOOL"}});
  f({"no-chinese", &no_chinese, "Ideographs are not words of their own"});
  f({"rules", &rules, "Where sources differ", {.values = {"huggingface", "google"}, .type = "WHOSE"}});
}

void add_tokenizer_options(Command& command, TokenizerChoice& choice) { command.options(choice); }

void add_text_options(Command& command, TokenizerChoice& choice) {
  choice.visit_text([&](const options::Option& option) { command.option(option); });
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
  const bool as_it_is = std::filesystem::exists(std::filesystem::path(choice.vocab) / "vocab.txt") ||
                        std::filesystem::exists(std::filesystem::path(choice.vocab) / "tokenizer.json");
  return text::read_tokenizer(as_it_is ? choice.vocab : model_directory(choice.vocab));
}

}  // namespace

text::Tokenizer tokenizer_of(const TokenizerChoice& choice, bool quiet) {
  if (std::filesystem::is_directory(choice.vocab)) return of_directory(choice);
  text::TokenizerOptions options{.text = text_options(choice)};
  text::Vocabulary vocabulary = text::Vocabulary::read(choice.vocab, options.text.rules);
  for (const std::string& remark : vocabulary.remarks())
    if (!quiet) bertlet::say(fmt::format("{}: {}", choice.vocab, remark));
  return text::Tokenizer(std::move(vocabulary), std::move(options));
}

}  // namespace apps
