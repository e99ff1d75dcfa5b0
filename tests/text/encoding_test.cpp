#include "bert/text/tokenizer/encoding.h"

#include "core/parallel.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/text/tokenizers.h"

namespace {

using Ids = std::vector<int64_t>;
using text::KeptPart;
using text::Truncation;

constexpr auto six = "a b c d e f";

text::Tokenizer alphabet(const text::TextOptions& options = {}) {
  return toy(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d", "e", "f", "##a", "##b", ".", "'", "n", "##t"},
      options);
}

std::string shown(const text::Tokenizer& tokenizer, const text::Encoding& encoding) {
  std::string result;
  for (const std::string& name : names(tokenizer, encoding.ids)) result += result.empty() ? name : " " + name;
  return result;
}

}  // namespace

TEST_CASE("A text is cut where the options say") {
  struct Case {
    text::EncodeOptions options;
    std::string want;
  };
  const text::Tokenizer tokenizer = alphabet();
  const Case cases[] = {
      {{}, "[CLS] a b c d e f [SEP]"},
      {{.special = false}, "a b c d e f"},
      {{.max_length = 5}, "[CLS] a b c [SEP]"},
      {{.max_length = 5, .part = KeptPart::tail}, "[CLS] d e f [SEP]"},
      {{.max_length = 6, .part = KeptPart::head_and_tail, .head = 1}, "[CLS] a d e f [SEP]"},
      {{.max_length = 6, .part = KeptPart::head_and_tail, .head = 99}, "[CLS] a b c d [SEP]"},
      {{.max_length = 8, .part = KeptPart::head_and_tail, .head = 1}, "[CLS] a b c d e f [SEP]"},
      {{.max_length = 2}, "[CLS] [SEP]"},
      {{.special = false, .max_length = 0}, ""},
  };
  for (const Case& c : cases) CHECK(shown(tokenizer, tokenizer.encode(six, c.options)) == c.want);
}

TEST_CASE("512 tokens keep 128 of the head and 382 of the tail") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += i < 500 ? "a " : "b ";
  const text::Encoding encoding = alphabet().encode(text, {.max_length = 512, .part = KeptPart::head_and_tail});
  CHECK(encoding.size() == 512);
  CHECK(std::ranges::count(encoding.ids, 5) == 128);
  CHECK(std::ranges::count(encoding.ids, 6) == 382);
}

TEST_CASE("A pair is cut where the options say") {
  struct Case {
    text::EncodeOptions options;
    std::string want;
  };
  const text::Tokenizer tokenizer = alphabet(), by_google = alphabet(google());
  const Case cases[] = {
      {{}, "[CLS] a b c d e f [SEP] a b [SEP]"},
      {{.max_length = 7}, "[CLS] a b [SEP] a b [SEP]"},
      {{.max_length = 6}, "[CLS] a b [SEP] a [SEP]"},
      {{.max_length = 8, .truncation = Truncation::only_first}, "[CLS] a b c [SEP] a b [SEP]"},
      {{.max_length = 10, .truncation = Truncation::only_second}, "[CLS] a b c d e f [SEP] a [SEP]"},
  };
  for (const Case& c : cases) {
    CHECK(shown(tokenizer, tokenizer.encode(six, "a b", c.options)) == c.want);
    CHECK(shown(by_google, by_google.encode(six, "a b", c.options)) == c.want);
  }
  // Two texts of one length and an odd number of places: who gets more is the one difference.
  CHECK(shown(tokenizer, tokenizer.encode("a b c", "d e f", {.max_length = 6})) == "[CLS] a [SEP] d e [SEP]");
  CHECK(shown(by_google, by_google.encode("a b c", "d e f", {.max_length = 6})) == "[CLS] a b [SEP] d [SEP]");
}

TEST_CASE("Windows slide over what is too long") {
  const text::Tokenizer tokenizer = alphabet();
  const text::Encoding single = tokenizer.encode(six, {.max_length = 5, .overflow = true, .stride = 1});
  CHECK(shown(tokenizer, single) == "[CLS] a b c [SEP]");
  REQUIRE(single.overflow.size() == 2);
  CHECK(shown(tokenizer, single.overflow[0]) == "[CLS] c d e [SEP]");
  CHECK(shown(tokenizer, single.overflow[1]) == "[CLS] e f [SEP]");
  CHECK(single.overflow[1].characters[1] == text::Span{8, 9});

  const text::Encoding from_tail =
      tokenizer.encode(six, {.max_length = 5, .part = KeptPart::tail, .overflow = true, .stride = 1});
  CHECK(shown(tokenizer, from_tail) == "[CLS] d e f [SEP]");
  REQUIRE(from_tail.overflow.size() == 2);
  CHECK(shown(tokenizer, from_tail.overflow[0]) == "[CLS] b c d [SEP]");
  CHECK(shown(tokenizer, from_tail.overflow[1]) == "[CLS] a b [SEP]");

  const text::Encoding pair = tokenizer.encode(
      "a b", six, {.max_length = 8, .truncation = Truncation::only_second, .overflow = true, .stride = 2});
  CHECK(shown(tokenizer, pair) == "[CLS] a b [SEP] a b c [SEP]");
  REQUIRE(pair.overflow.size() == 3);
  CHECK(shown(tokenizer, pair.overflow[2]) == "[CLS] a b [SEP] d e f [SEP]");
}

TEST_CASE("What cannot be cut is an error that says so") {
  const text::Tokenizer tokenizer = alphabet();
  using Catch::Matchers::ContainsSubstring;
  CHECK_THROWS_WITH(tokenizer.encode("a", {.max_length = 1}),
                    ContainsSubstring("got a longest length of 1, want at least the 2"));
  CHECK_THROWS_WITH(tokenizer.encode(six, {.max_length = 5, .truncation = Truncation::never}),
                    ContainsSubstring("got 6 tokens, want at most 3"));
  CHECK_THROWS_WITH(tokenizer.encode("a", six, {.max_length = 6, .truncation = Truncation::only_first}),
                    ContainsSubstring("got 6 tokens in the text that is not to be cut"));
  CHECK_THROWS_WITH(tokenizer.encode(six, {.max_length = 4, .overflow = true, .stride = 2}),
                    ContainsSubstring("got a stride of 2, want less than the 2"));
  CHECK_THROWS_WITH(tokenizer.encode(six, six, {.max_length = 7, .overflow = true}),
                    ContainsSubstring("both texts overflow"));
  CHECK_THROWS_WITH(toy({"a"}), "vocabulary: '[UNK]' is not among its 1 tokens");
}

TEST_CASE("Padding stands where it was asked for") {
  const text::Tokenizer tokenizer = alphabet();
  std::vector<text::Encoding> right{tokenizer.encode("a"), tokenizer.encode("a b c")}, left = right;
  pad(right);
  CHECK(right[0].ids == Ids{2, 5, 3, 0, 0});
  CHECK(right[0].mask == Ids{1, 1, 1, 0, 0});
  CHECK(right[0].special == std::vector<bool>{true, false, true, true, true});
  pad(left, {.id = 4, .multiple_of = 8, .real = KeptPart::tail});
  CHECK(left[0].ids == Ids{4, 4, 4, 4, 4, 2, 5, 3});
  CHECK(left[0].sequences == Ids{-1, -1, -1, -1, -1, -1, 0, -1});
  CHECK(left[1].size() == 8);
}

TEST_CASE("Words that are given keep their numbers") {
  const text::Encoding encoding = alphabet().encode_words(Strings{"ab.", "", "c"});
  CHECK(encoding.words == Ids{-1, 0, 0, 0, 2, -1});
  CHECK(encoding.characters[2] == text::Span{1, 2});
  CHECK(encoding.tokens_of(0) == text::Span{1, 4});
  CHECK(!encoding.tokens_of(1));
}

TEST_CASE("Ids alone are the same ids") {
  const text::Tokenizer tokenizer = alphabet();
  for (const char* text : {"", "ab. [MASK] \xC3\xA4 x", six}) {
    const text::Encoding ids = tokenizer.encode(text, {.keep = text::Keep::ids});
    CHECK(ids.ids == tokenizer.encode(text).ids);
    CHECK(ids.words.empty());
  }
}

TEST_CASE("A batch has the order of its texts, with any number of threads", "[threads]") {
  const text::Tokenizer tokenizer = alphabet();
  Strings texts;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < 1000; ++i) {
    texts.push_back(std::string(i % 7, 'a') + " \xC3\xA9 \xE4\xB8\xAD b");
    pairs.emplace_back(texts.back(), "c");
  }
  for (const int threads : {1, 3}) {
    bertlet::set_threads(threads);
    const auto batch = tokenizer.encode_batch(texts);
    const auto of_pairs = tokenizer.encode_batch(pairs);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      REQUIRE(batch[i].ids == tokenizer.encode(texts[i]).ids);
      REQUIRE(of_pairs[i].ids == tokenizer.encode(texts[i], "c").ids);
    }
  }
  bertlet::set_threads(0);
}

TEST_CASE("Ids are text again, with and without special tokens and clean-up") {
  const text::Tokenizer tokenizer = alphabet();
  const Ids ids = tokenizer.encode("Ab. [MASK] a").ids;
  CHECK(tokenizer.decode(ids) == "[CLS] ab. [MASK] a [SEP]");
  CHECK(tokenizer.decode(ids, {.special = false}) == "ab. a");
  CHECK(tokenizer.decode(ids, {.clean_up = false}) == "[CLS] ab . [MASK] a [SEP]");
  CHECK(text::cleaned_up("do n't , he 's \" ' I 'm") == "don't, he's \"'I'm");
  CHECK_THROWS_WITH(tokenizer.decode(Ids{99}), "vocabulary: got id 99, want 0 to 16");
}
