#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/text/tokenizers.h"

// The tests of Hugging Face's BertTokenizer. Left out is its `remove_control_chars`, an option of one short-lived
// revision; what it did is the clean-up, on or off.

namespace {

std::optional<nlohmann::json> cases() { return conformance_file("tokenization_hf_transformers.json"); }

text::TextOptions options_of(const nlohmann::json& c) {
  text::TextOptions options;
  options.lower_case = c.at("do_lower_case");
  if (c.contains("strip_accents") && !c.at("strip_accents").is_null()) options.strip_accents = c.at("strip_accents");
  options.clean = c.value("remove_control_chars", true);
  return options;
}

text::Tokenizer never_splitting(const nlohmann::json& vocabulary, const nlohmann::json& words,
                                const text::TextOptions& options) {
  return text::Tokenizer(text::Vocabulary(vocabulary.get<Strings>()), {.text = options, .never_split = words});
}

}  // namespace

TEST_CASE("BertTokenizer's words, with every mixture of case and accents", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  for (const auto& c : file->at("basic_tokenizer")) {
    CAPTURE(c);
    const auto want = c.at("tokens").get<Strings>();
    if (!c.contains("never_split")) {
      CHECK(words(c.at("text").get<std::string>(), options_of(c)) == want);
      continue;
    }
    Strings vocabulary = want;
    vocabulary.emplace_back("[UNK]");
    CHECK(tokens(never_splitting(vocabulary, c.at("never_split"), options_of(c)), c.at("text").get<std::string>()) ==
          want);
  }
  for (const auto& c : file->at("whitespace_tokenize"))
    CHECK(words(c.at("text").get<std::string>(), {.basic = false}) == c.at("tokens").get<Strings>());
}

TEST_CASE("BertTokenizer's tokens, ids and decoding", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& full = file->at("full_tokenizer");
  const text::Tokenizer tokenizer = toy(full.at("vocab"));
  CHECK(tokens(tokenizer, full.at("text").get<std::string>()) == full.at("tokens").get<Strings>());
  CHECK(tokenizer.tokenize(full.at("text").get<std::string>()).ids == full.at("ids").get<std::vector<int64_t>>());

  const auto& round = file->at("input_output_text");
  CHECK(toy(round.at("vocab")).decode(tokenizer.tokenize(round.at("input").get<std::string>()).ids) ==
        round.at("decoded").get<std::string>());

  const auto& wordpiece = file->at("wordpiece");
  const text::Vocabulary vocabulary(wordpiece.at("vocab").get<Strings>());
  for (const auto& c : wordpiece.at("cases"))
    CHECK(pieces(vocabulary, c.at("text").get<std::string>(), wordpiece.at("max_input_chars_per_word")) ==
          c.at("tokens").get<Strings>());

  const auto& clean = file->at("clean_text");
  const text::Tokenizer cleaner = toy(clean.at("vocab"));
  for (std::size_t i = 0; i < clean.at("texts").size(); ++i)
    CHECK(tokens(cleaner, clean.at("texts").at(i).get<std::string>()) == clean.at("tokens").at(i).get<Strings>());
}

TEST_CASE("Offsets go back to the text with its accents and special tokens", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& sentence = file->at("offsets_with_special_characters");
  for (const std::string name : {"cased", "uncased"}) {
    const auto tokenizer = published(name, {.lower_case = name == "uncased"});
    if (!tokenizer) return;
    const text::Encoding encoding = tokenizer->encode(sentence.at("sentence").get<std::string>());
    for (std::size_t i = 0; i < sentence.at(name).size(); ++i) {
      CHECK(encoding.characters.at(i) == span(sentence.at(name).at(i).at(0)));
      CHECK(names(*tokenizer, encoding.ids).at(i) == sentence.at(name).at(i).at(1).get<std::string>());
    }
  }
}

TEST_CASE("[CLS] and [SEP] stand where BertTokenizer puts them", "[conformance]") {
  const auto file = cases();
  const auto tokenizer = published("uncased");
  if (!file || !tokenizer) return;
  const auto& builders = file->at("sequence_builders_bert_base_uncased");
  const auto a = builders.at("A").get<std::string>(), b = builders.at("B").get<std::string>();
  const auto joined = [&](const std::vector<Strings>& parts) {
    std::vector<int64_t> ids{101};
    for (const Strings& part : parts) {
      for (const std::string& text : part)
        for (const int64_t id : tokenizer->tokenize(text).ids) ids.push_back(id);
      ids.push_back(102);
    }
    return ids;
  };
  CHECK(tokenizer->encode(a).ids == joined({{a}}));
  const text::Encoding pair = tokenizer->encode(a, b);
  CHECK(pair.ids == joined({{a}, {b}}));
  std::vector<int64_t> types(tokenizer->tokenize(a).ids.size() + 2, 0);
  types.resize(pair.ids.size(), 1);
  CHECK(pair.types == types);
  const text::Encoding want = tokenizer->encode("want");
  CHECK(want.special == std::vector<bool>{true, false, true});
}

TEST_CASE("Ideographs, never_split and no basic tokenization, as in BertTokenizer", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& legacy = file->at("legacy");
  const text::Tokenizer small = toy(legacy.at("vocab"));
  CHECK(small.vocabulary().size() == legacy.at("vocab_size"));
  CHECK(small.vocabulary().id("##want") == legacy.at("get_vocab").at("##want"));
  CHECK_THROWS_WITH(text::Vocabulary::read("no/such/vocab.txt"), "no/such/vocab.txt: No such file or directory");
  for (const auto& c : legacy.at("do_basic_tokenize_false"))
    CHECK(tokens(toy(legacy.at("vocab"), {.basic = false}), c.at("text").get<std::string>()) ==
          c.at("tokens").get<Strings>());
  for (const auto& c : legacy.at("never_split"))
    CHECK(tokens(never_splitting(legacy.at("vocab"), c.at("never_split"), google()), c.at("text").get<std::string>()) ==
          c.at("tokens").get<Strings>());
  for (const auto& c : legacy.at("tokenize_chinese_chars"))
    CHECK(tokens(toy(legacy.at("vocab"), {.chinese = c.at("on")}), c.at("text").get<std::string>()) ==
          c.at("tokens").get<Strings>());
  const auto& join = legacy.at("convert_tokens_to_string");
  std::vector<int64_t> ids;
  for (const auto& token : join.at("tokens")) ids.push_back(small.vocabulary().id(token.get<std::string>()));
  CHECK(small.decode(ids) == join.at("text").get<std::string>());

  const auto& chinese = file->at("tokenize_chinese_chars");
  for (const bool on : {true, false})
    if (const auto tokenizer = published("uncased", {.chinese = on}))
      CHECK(tokens(*tokenizer, chinese.at("text").get<std::string>()) ==
            chinese.at(on ? "true" : "false").get<Strings>());
}
