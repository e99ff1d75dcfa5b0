#include "core/real.h"
#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/text/tokenizers.h"

// The tests of Hugging Face's `tokenizers`. Left out: the prefix "__" of its decoder, since BERT's is "##"; the case
// of BPE's trainer and the vocabulary trained from three sentences, which belong to training.

namespace {

std::optional<nlohmann::json> cases() { return conformance_file("tokenization_hf_tokenizers.json"); }

using Ids = std::vector<int64_t>;

std::vector<bool> flags(const nlohmann::json& zeros_and_ones) {
  std::vector<bool> result;
  for (const int flag : zeros_and_ones) result.push_back(flag == 1);
  return result;
}

// A text whose tokens are one letter each.
text::Tokens letters(int64_t count) {
  text::Tokens tokens;
  for (int64_t i = 0; i < count; ++i) {
    tokens.ids.push_back(i);
    tokens.bytes.push_back({i, i + 1});
    tokens.characters.push_back({i, i + 1});
    tokens.words.push_back(i);
  }
  return tokens;
}

constexpr text::Frame frame{.cls = 101, .sep = 102, .rules = text::Rules::huggingface};

text::Tokens tokens_of(const nlohmann::json& inputs) {
  text::Tokens tokens;
  for (const auto& input : inputs) {
    tokens.ids.push_back(input.at(0));
    tokens.bytes.push_back(span(input.at(2)));
    tokens.characters.push_back(span(input.at(2)));
    tokens.words.push_back(std::ssize(tokens.words));
  }
  return tokens;
}

void check_processed(const nlohmann::json& want, const text::Encoding& got) {
  CHECK(got.ids == want.at("ids").get<Ids>());
  CHECK(got.types == want.at("type_ids").get<Ids>());
  CHECK(got.characters == spans(want.at("offsets")));
  CHECK(got.special == flags(want.at("special")));
  CHECK(got.mask == Ids(got.ids.size(), 1));
}

text::EncodeOptions at_most(int64_t length, text::KeptPart part = text::KeptPart::head) {
  return {.special = false, .max_length = length, .part = part};
}

text::KeptPart part_of(const nlohmann::json& direction) {
  return direction == "right" ? text::KeptPart::head : text::KeptPart::tail;
}

}  // namespace

TEST_CASE("Words and where they stand, as BertPreTokenizer has them", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  for (const auto& c : file->at("pre_tokenizer_bert").at("cases")) {
    const auto text = c.at("text").get<std::string>();
    const text::Tokenizer tokenizer = toy({"[UNK]"}, cased());
    const text::Tokens got = tokenizer.tokenize(text);
    REQUIRE(got.bytes.size() == c.at("splits").size());
    for (std::size_t i = 0; i < got.bytes.size(); ++i) {
      CHECK(words(text, cased()).at(i) == c.at("splits").at(i).at(0).get<std::string>());
      CHECK(got.bytes.at(i) == span(c.at("splits").at(i).at(1)));
    }
  }
}

TEST_CASE("Texts are normalised as BertNormalizer does", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& normalizer = file->at("normalizer_bert");
  for (const auto& c : normalizer.at("cases")) {
    CAPTURE(c);
    CHECK(normal(c.at("in").get<std::string>(), {.clean = c.at("clean_text"),
                                                 .chinese = c.at("handle_chinese_chars"),
                                                 .lower_case = c.at("lowercase"),
                                                 .strip_accents = c.at("strip_accents").get<bool>()}) ==
          c.at("out").get<std::string>());
  }
  const auto& nfd = normalizer.at("pipeline_nfd_strip");
  CHECK(normal(nfd.at("in").get<std::string>(), {.lower_case = false, .strip_accents = true}) ==
        nfd.at("out").get<std::string>());
}

TEST_CASE("Special tokens stand around texts as BertProcessing puts them", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& processor = file->at("processor_bert");
  const text::Tokens a = tokens_of(processor.at("inputs").at("A")), b = tokens_of(processor.at("inputs").at("B"));
  check_processed(processor.at("single"), assembled(a, nullptr, frame, {}));
  check_processed(processor.at("pair"), assembled(a, &b, frame, {}));
  const text::Encoding bare = assembled(a, &b, frame, {.special = false});
  const auto& want = processor.at("pair_no_special");
  CHECK(bare.ids == want.at("ids").get<Ids>());
  CHECK(bare.types == want.at("type_ids").get<Ids>());
  CHECK(bare.characters == spans(want.at("offsets")));
  CHECK(bare.special == flags(want.at("special")));
}

TEST_CASE("Tokens are joined to text as the WordPiece decoder does", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  for (const auto& c : file->at("decoder_wordpiece").at("cases")) {
    if (c.at("prefix") != "##") continue;
    Strings vocabulary{"[UNK]"};
    Ids ids;
    for (const std::string token : c.at("tokens")) {
      ids.push_back(std::ssize(vocabulary));
      vocabulary.push_back(token);
    }
    CHECK(toy(vocabulary).decode(ids, {.clean_up = c.at("cleanup")}) == c.at("text").get<std::string>());
  }
  // " do not" is left as it is: it stands in the list of the source, which applies it to single tokens, where it cannot
  // occur.
  for (const auto& replacement : file->at("decoder_wordpiece").at("cleanup_replacements_in_order"))
    if (replacement.at(0) != " do not")
      CHECK(text::cleaned_up("a" + replacement.at(0).get<std::string>() + "b") ==
            "a" + replacement.at(1).get<std::string>() + "b");
}

TEST_CASE("A text and a pair under the published vocabulary", "[conformance]") {
  const auto file = cases();
  const auto tokenizer = published("uncased");
  if (!file || !tokenizer) return;
  const auto& encode = file->at("bert_wordpiece_encode");
  const auto text = encode.at("text").get<std::string>(), pair = encode.at("pair").get<std::string>();
  const text::Encoding both = tokenizer->encode(text, pair);
  CHECK(names(*tokenizer, both.ids) == encode.at("tokens").get<Strings>());
  CHECK(both.ids == encode.at("ids").get<Ids>());
  CHECK(both.types == encode.at("type_ids").get<Ids>());
  CHECK(both.characters == spans(encode.at("offsets")));
  const text::Encoding bare = tokenizer->encode(text, pair, {.special = false});
  CHECK(bare.ids == encode.at("no_special").at("ids").get<Ids>());
  CHECK(bare.types == encode.at("no_special").at("type_ids").get<Ids>());
  CHECK(bare.characters == spans(encode.at("no_special").at("offsets")));

  for (const auto& c : file->at("input_formats").at("cases")) {
    text::Encoding got;
    if (c.contains("pretokenized")) {
      const auto first = c.at("pretokenized").get<Strings>(), second = c.value("pair_pretokenized", Strings());
      got = second.empty() ? tokenizer->encode_words(first) : tokenizer->encode_words(first, second);
    } else {
      const auto first = c.at("text").get<std::string>(), second = c.value("pair", std::string());
      got = second.empty() ? tokenizer->encode(first) : tokenizer->encode(first, second);
    }
    CHECK(names(*tokenizer, got.ids) == c.at("tokens").get<Strings>());
  }
}

TEST_CASE("From tokens to words and characters and back", "[conformance]") {
  const auto file = cases();
  const auto tokenizer = published("uncased");
  if (!file || !tokenizer) return;
  const auto& maps = file->at("encoding_maps");
  const text::Encoding single = tokenizer->encode(maps.at("single").get<std::string>());
  const text::Encoding pair =
      tokenizer->encode(maps.at("pair").at(0).get<std::string>(), maps.at("pair").at(1).get<std::string>());
  const auto of = [&](const nlohmann::json& c) -> const text::Encoding& {
    return c.value("enc", "pair") == "single" ? single : pair;
  };
  const auto json = [](auto optional) { return optional ? nlohmann::json(*optional) : nlohmann::json(); };
  const auto known = [](int64_t value) {
    return value == text::Encoding::none ? nlohmann::json() : nlohmann::json(value);
  };
  const auto pair_of = [](text::Span span) { return nlohmann::json{span.begin, span.end}; };

  CHECK(names(*tokenizer, single.ids) == maps.at("single_tokens").get<Strings>());
  CHECK(names(*tokenizer, pair.ids) == maps.at("pair_tokens").get<Strings>());
  for (const std::string name : {"single", "pair"})
    for (std::size_t i = 0; i < maps.at("sequence_ids").at(name).size(); ++i)
      CHECK(known((name == "single" ? single : pair).sequences.at(i)) == maps.at("sequence_ids").at(name).at(i));
  for (const auto& c : maps.at("word_to_tokens")) {
    const auto found = of(c).tokens_of(c.at("word"), c.at("seq"));
    CHECK((found ? pair_of(*found) : nlohmann::json()) == c.at("out"));
  }
  for (const auto& c : maps.at("word_to_chars")) {
    const auto found = of(c).tokens_of(c.at("word"), c.at("seq"));
    REQUIRE(found);
    const auto& characters = of(c).characters;
    CHECK(nlohmann::json{characters.at(bertlet::to_size(found->begin)).begin,
                         characters.at(bertlet::to_size(found->end - 1)).end} == c.at("out"));
  }
  for (const auto& c : maps.at("token_to_sequence"))
    if (const std::size_t token = c.at("token");
        token < pair.sequences.size())  // one of the source's is beyond the end
      CHECK(known(pair.sequences.at(token)) == c.at("out"));
  for (const auto& c : maps.at("token_to_chars")) {
    const std::size_t token = c.at("token");
    CHECK((of(c).special.at(token) ? nlohmann::json() : pair_of(of(c).characters.at(token))) == c.at("out"));
  }
  for (const auto& c : maps.at("token_to_word")) CHECK(known(of(c).words.at(c.at("token"))) == c.at("out"));
  for (const auto& c : maps.at("char_to_token")) CHECK(json(of(c).token_at(c.at("char"), c.at("seq"))) == c.at("out"));
  for (const auto& c : maps.at("char_to_word")) {
    const auto token = of(c).token_at(c.at("char"), c.at("seq"));
    CHECK((token ? known(of(c).words.at(bertlet::to_size(*token))) : nlohmann::json()) == c.at("out"));
  }

  const auto& truncate = maps.at("truncate");  // of what has its special tokens already
  const text::Tokens all = letters(single.size());
  const text::Encoding cut = assembled(
      all, nullptr, frame,
      {.special = false, .max_length = truncate.at("max"), .overflow = true, .stride = truncate.at("stride")});
  const auto named = [&](const Ids& numbers) {
    Strings result;
    for (const int64_t i : numbers) result.push_back(maps.at("single_tokens").at(bertlet::to_size(i)));
    return result;
  };
  CHECK(named(cut.ids) == truncate.at("tokens").get<Strings>());
  CHECK(named(cut.overflow.at(0).ids) == truncate.at("overflow0").get<Strings>());
}

TEST_CASE("Pairs are cut to the lengths that `tokenizers` gives them", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto& table = file->at("truncation_pair_lengths");
  const auto check = [&](const nlohmann::json& rows, int64_t longest) {
    for (const auto& row : rows) {
      CAPTURE(row, longest);
      const text::Tokens first = letters(table.at("lens").at(row.at(0).get<std::string>()));
      const text::Tokens second = letters(table.at("lens").at(row.at(1).get<std::string>()));
      const text::Encoding got = assembled(first, &second, frame, at_most(longest));
      CHECK(std::ranges::count(got.sequences, 0) == row.at(2));
      CHECK(std::ranges::count(got.sequences, 1) == row.at(3));
    }
  };
  check(table.at("cases"), table.at("max_length"));
  check(table.at("max_length_0"), 0);
}

TEST_CASE("What is cut off goes on in windows", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  const auto tokens_in = [](const nlohmann::json& names, const Ids& ids) {
    Strings result;
    for (const int64_t id : ids) result.push_back(names.at(bertlet::to_size(id)));
    return result;
  };
  const auto check = [&](const nlohmann::json& c) {
    text::EncodeOptions options = at_most(c.at("max"), part_of(c.value("direction", "right")));
    options.overflow = true;
    options.stride = c.value("stride", 0);
    const text::Encoding got = assembled(letters(std::ssize(c.at("tokens"))), nullptr, frame, options);
    CHECK(tokens_in(c.at("tokens"), got.ids) == c.at("first").get<Strings>());
    REQUIRE(got.overflow.size() == c.at("overflow").size());
    for (std::size_t i = 0; i < got.overflow.size(); ++i)
      CHECK(tokens_in(c.at("tokens"), got.overflow.at(i).ids) == c.at("overflow").at(i).get<Strings>());
  };
  nlohmann::json right = file->at("truncate_stride"), left = right.at("left_example");
  check(right);
  check(left);

  for (const auto& c : file->at("truncation_tokens").at("cases")) {
    Strings vocabulary{"[UNK]", "[CLS]", "[SEP]", "my", "name", "is", "john", "pair"};
    const text::Tokenizer tokenizer = toy(vocabulary);
    const auto options = at_most(file->at("truncation_tokens").at("max"), part_of(c.at("direction")));
    const auto first = c.at("A").get<Strings>();
    const text::Encoding got = c.contains("B") ? tokenizer.encode_words(first, c.at("B").get<Strings>(), options)
                                               : tokenizer.encode_words(first, options);
    CHECK(names(tokenizer, got.ids) == c.at("out").get<Strings>());
  }
}

TEST_CASE("Batches are padded to a length, to the longest, and to multiples", "[conformance]") {
  const auto file = cases();
  if (!file) return;
  for (const auto& c : file->at("padding").at("cases")) {
    CAPTURE(c);
    std::vector<text::Encoding> batch;
    if (c.contains("lens")) {
      for (const int64_t length : c.at("lens"))
        batch.push_back(assembled(letters(length), nullptr, frame, {.special = false}));
      pad(batch, {.length = c.value("fixed", 0), .multiple_of = c.at("multiple_of")});
      for (std::size_t i = 0; i < batch.size(); ++i) CHECK(batch[i].size() == c.at("out").at(i));
      continue;
    }
    const text::Tokenizer tokenizer = toy({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "my", "name", "pair"});
    const auto first = c.at("A").get<Strings>(), second = c.value("B", Strings());
    batch = {tokenizer.encode_words(first, second, {.special = false})};
    pad(batch, {.id = tokenizer.pad_id(), .length = c.at("length")});
    CHECK(names(tokenizer, batch[0].ids) == c.at("out").get<Strings>());
    CHECK(std::ranges::count(batch[0].mask, 1) == std::ssize(first) + std::ssize(second));
  }
}
