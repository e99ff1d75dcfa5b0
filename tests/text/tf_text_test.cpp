#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/text/tokenizers.h"

// TensorFlow Text's cases, of which these apply: all of its BERT and WordPiece tokenizers except one, which composes
// NFD and keeps accents, as no BERT does. Its masking and its vocabulary learner are not about tokenizing.

namespace {

// Rows of words of pieces.
Strings flat(const nlohmann::json& nested) {
  Strings result;
  for (const auto& below : nested)
    if (below.is_string())
      result.push_back(below);
    else
      for (std::string& one : flat(below)) result.push_back(std::move(one));
  return result;
}

text::Tokenizer with_names_kept(Strings vocabulary, bool keep_unused, bool lower_case) {
  vocabulary.emplace_back("[UNK]");
  std::vector<text::AddedToken> added;
  if (keep_unused) added = {{.content = "[unused1]"}, {.content = "[unused23]"}};
  return text::Tokenizer(text::Vocabulary(std::move(vocabulary)), {.text = google(lower_case), .added = added});
}

}  // namespace

TEST_CASE("TensorFlow Text's cases of the BERT tokenizer hold", "[conformance]") {
  const auto file = conformance_file("tokenization_tf_text.json");
  if (!file) return;
  int held = 0;
  const auto& group = file->at("groups").at("bert_tokenizer");
  for (const auto& c : group.at("cases")) {
    const auto& params = c.at("params");
    CAPTURE(params);
    if (params.value("normalization_form", nlohmann::json()) == "NFD") continue;
    const bool lower_case = params.value("lower_case", false);
    const auto tokenizer =
        with_names_kept(group.at("vocabs").at("_VOCAB"), params.value("preserve_unused_token", false), lower_case);
    for (std::size_t i = 0; i < params.at("text_inputs").size(); ++i) {
      const auto text = params.at("text_inputs").at(i).get<std::string>();
      if (params.contains("expected_tokens"))
        CHECK(words(text, google(lower_case)) == params.at("expected_tokens").at(i).get<Strings>());
      else
        CHECK(tokens(tokenizer, text) == flat(params.at("expected").at(i)));
      ++held;
    }
  }
  CHECK(held == 19);
}

TEST_CASE("TensorFlow Text's cases of WordPiece hold", "[conformance]") {
  const auto file = conformance_file("tokenization_tf_text.json");
  if (!file) return;
  for (const char* name : {"wordpiece_tokenizer", "fast_wordpiece_tokenizer"})
    for (const auto& c : file->at("groups").at(name).at("cases")) {
      const text::Vocabulary vocabulary(c.at("params").at("vocab").get<Strings>());
      Strings got;
      for (const std::string& word : flat(c.at("params").at("tokens")))
        for (std::string& piece : pieces(vocabulary, word, 100)) got.push_back(std::move(piece));
      CHECK(got == flat(c.at("params").at("expected_subwords")));
    }
}
