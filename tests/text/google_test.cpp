#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/text/tokenizers.h"

// What google-research/bert does: its own tests, and its code run on hostile strings.

TEST_CASE("Google's tests of its tokenizer hold", "[conformance]") {
  const auto file = conformance_file("tokenization_google_bert.json");
  if (!file) return;
  const auto& full = file->at("full_tokenizer");
  const text::Tokenizer tokenizer = toy(full.at("vocab"), google());
  CHECK(tokens(tokenizer, full.at("text").get<std::string>()) == full.at("tokens").get<Strings>());
  CHECK(tokenizer.tokenize(full.at("text").get<std::string>()).ids == full.at("ids").get<std::vector<int64_t>>());

  for (const auto& c : file->at("basic_tokenizer")) {
    CAPTURE(c);
    CHECK(words(c.at("text").get<std::string>(), google(c.at("do_lower_case"))) == c.at("tokens").get<Strings>());
  }

  const auto& wordpiece = file->at("wordpiece");
  const text::Vocabulary vocabulary(wordpiece.at("vocab").get<Strings>());
  for (const auto& c : wordpiece.at("cases"))
    CHECK(pieces(vocabulary, c.at("text").get<std::string>(), wordpiece.at("max_input_chars_per_word")) ==
          c.at("tokens").get<Strings>());

  const auto& ids = file->at("convert_tokens_to_ids");
  const text::Vocabulary of_ids(ids.at("vocab").get<Strings>());
  for (std::size_t i = 0; i < ids.at("tokens").size(); ++i)
    CHECK(of_ids.id(ids.at("tokens").at(i).get<std::string>()) == ids.at("ids").at(i));
}

TEST_CASE("Characters are of the classes that Google and Hugging Face test", "[conformance]") {
  using Class = bool (*)(char32_t);
  const std::pair<const char*, Class> google_classes[] = {
      {"is_whitespace", [](char32_t c) { return text::is_space(c, text::Rules::google); }},
      {"is_control", [](char32_t c) { return text::is_removed(c, text::Rules::google); }},
      {"is_punctuation", [](char32_t c) { return text::is_punctuation(c, text::Rules::google); }}};
  const std::pair<const char*, Class> huggingface_classes[] = {
      {"is_whitespace", [](char32_t c) { return text::is_space(c, text::Rules::huggingface); }},
      {"is_control", [](char32_t c) { return text::is_removed(c, text::Rules::huggingface); }},
      {"is_punctuation", [](char32_t c) { return text::is_punctuation(c, text::Rules::huggingface); }}};
  const auto check = [](const nlohmann::json& file, const auto& classes) {
    for (const auto& [name, is] : classes)
      for (const char* truth : {"true", "false"})
        for (const std::string character : file.at("char_classes").at(name).at(truth)) {
          CAPTURE(name, truth, character);
          CHECK(is(text::decode(character).c) == (std::string_view(truth) == "true"));
        }
  };
  if (const auto file = conformance_file("tokenization_google_bert.json")) check(*file, google_classes);
  if (const auto file = conformance_file("tokenization_hf_transformers.json")) check(*file, huggingface_classes);
}

TEST_CASE("Google's tokenizer gives the same words, tokens and ids", "[conformance]") {
  const auto uncased = published("uncased", google()), with_case = published("cased", google(false));
  if (!uncased || !with_case) return;
  std::size_t cases = 0;
  for (const char* name : {"tokenizer_edge_cases", "tokenizer_sample_text"}) {
    const auto file = conformance_file("generated_google/" + std::string(name) + ".json");
    if (!file) return;
    for (const auto& c : file->at("cases")) {
      const auto text = c.at("text").get<std::string>();
      CAPTURE(text);
      CHECK(words(text, google()) == c.at("basic_lower").get<Strings>());
      CHECK(words(text, google(false)) == c.at("basic_cased").get<Strings>());
      CHECK(tokens(*uncased, text) == c.at("uncased_tokens").get<Strings>());
      CHECK(uncased->tokenize(text).ids == c.at("uncased_ids").get<std::vector<int64_t>>());
      CHECK(tokens(*with_case, text) == c.at("cased_tokens").get<Strings>());
      CHECK(with_case->tokenize(text).ids == c.at("cased_ids").get<std::vector<int64_t>>());
      ++cases;
    }
  }
  CHECK(cases == 63 + 31);
}

TEST_CASE("llama.cpp's and bert.cpp's cases hold, by the rules of both sources", "[conformance]") {
  const auto file = conformance_file("tokenization_llamacpp_bertcpp.json");
  if (!file) return;
  for (const auto& options : {google(), text::TextOptions()}) {
    const auto tokenizer = published("uncased", options);
    if (!tokenizer) return;
    for (const auto& c : file->at("llama_cpp").at("cases"))
      CHECK(tokenizer->tokenize(c.at("text").get<std::string>()).ids == c.at("ids").get<std::vector<int64_t>>());
    for (const auto& c : file->at("bert_cpp").at("cases"))
      CHECK(tokenizer->encode(c.at("text").get<std::string>()).ids ==
            c.at("ids_with_cls_sep").get<std::vector<int64_t>>());
  }
}
