#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "tests/catch.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto hostile = "Ärger [MASK] <name>x un\u200bwant 中文 Straße [SPACE] \xFF!";

Strings some_tokens() {
  return {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "Ar",  "ar",
          "##ger", "Är",    "!",     "中",    "[",      "]",  "stra",   "##ß", "##e"};
}

}  // namespace

TEST_CASE("Google and Hugging Face read vocab.txt differently") {
  const std::string lines = "[UNK]\r\n  the \n\n\xE2\x80\xA8\nof\rand\nthe";
  const text::Vocabulary theirs = text::Vocabulary::parse(lines),
                         googles = text::Vocabulary::parse(lines, text::Rules::google);
  CHECK(theirs.tokens() == Strings{"[UNK]", "  the ", "", "\u2028", "of", "and", "the"});
  CHECK(googles.tokens() == Strings{"[UNK]", "the", "", "", "of\rand", "the"});
  CHECK(googles.remarks() == Strings{"line 4 repeats line 3: ''", "line 6 repeats line 2: 'the'"});
  CHECK(googles.id("the") == 5);
  CHECK(googles.token(1) == "the");
  CHECK(text::Vocabulary::parse("a\nb\xFF\n").tokens() == Strings{"a", "b\uFFFD"});
  CHECK(text::Vocabulary::parse("a\nb\xFF\n").remarks() == Strings{"line 2 is not UTF-8"});
}

TEST_CASE("Remarks about a vocabulary stay few") {
  CHECK(text::Vocabulary::parse(std::string(100000, '\n')).remarks().back() == "99979 more lines repeat others");
}

TEST_CASE("A tokenizer that was written is read again") {
  const text::TokenizerOptions all[] = {
      {},
      {.text = cased()},
      {.text = {.chinese = false, .strip_accents = false}, .longest_word = 7},
      {.text = google(), .never_split = {"[MASK]"}},
      {.added = {{.content = "<name>", .special = false, .normalized = true},
                 {.content = "[SPACE]", .lstrip = true, .rstrip = true}},
       .max_length = 77,
       .huggingface_class = "DistilBertTokenizer"},
  };
  for (const text::TokenizerOptions& options : all) {
    const Scratch scratch;
    const text::Tokenizer before(text::Vocabulary(some_tokens()), options);
    write_tokenizer(before, scratch.path());
    const text::Tokenizer after = text::read_tokenizer(scratch.path());
    std::filesystem::remove(scratch.path() / "tokenizer.json");
    const text::Tokenizer from_vocab = text::read_tokenizer(scratch.path());
    CHECK(after.vocabulary().tokens() == before.vocabulary().tokens());
    CHECK(after.options().longest_word == before.options().longest_word);
    for (const text::Tokenizer* read : {&after, &from_vocab}) {
      CHECK(tokens(*read, hostile) == tokens(before, hostile));
      CHECK(read->options().max_length == options.max_length);
      CHECK(read->options().huggingface_class == options.huggingface_class);
      CHECK(read->options().text.rules == options.text.rules);
      CHECK(read->decode(before.encode(hostile).ids, {.special = false}) ==
            before.decode(before.encode(hostile).ids, {.special = false}));
    }
  }
}

TEST_CASE("Old and new forms of Hugging Face's files are understood") {
  const Scratch scratch;
  scratch.write("vocab.txt", "<p>\n<u>\n<c>\n<s>\n<m>\na\n");
  scratch.write("tokenizer_config.json",
                R"({"do_lower_case": false, "model_max_length": 1000000000000000019884624838656,
    "unk_token": "<u>", "cls_token": {"content": "<c>", "__type": "AddedToken"}})");
  scratch.write("special_tokens_map.json",
                R"({"sep_token": "<s>", "pad_token": {"content": "<p>"}, "mask_token": "<m>"})");
  scratch.write("added_tokens.json", R"({"new": 7, "word": 6})");
  const text::Tokenizer tokenizer = text::read_tokenizer(scratch.path());
  CHECK(names(tokenizer, tokenizer.encode("a <m>wordnew A").ids) ==
        Strings{"<c>", "a", "<m>", "word", "new", "<u>", "<s>"});
  CHECK(tokenizer.vocabulary().id("new") == 7);
  CHECK(tokenizer.options().huggingface_class == "BertTokenizer");
  CHECK(tokenizer.options().max_length == 1000000000000000);
}

TEST_CASE("A cased tokenizer behind Lowercase gets small letters and keeps accents, whatever the other file says") {
  const Scratch scratch;
  const std::string model = R"("model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "är": 1, "ar": 2, "Är": 3,
    "[CLS]": 4, "[SEP]": 5}})";
  const std::string cased = R"({"type": "BertNormalizer", "lowercase": false, "strip_accents": null})";
  scratch.write("tokenizer.json", R"({"normalizer": {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, )" +
                                      cased + "]}, " + model + "}");
  scratch.write("tokenizer_config.json", R"({"do_lower_case": false})");
  const text::Tokenizer tokenizer = text::read_tokenizer(scratch.path());
  CHECK(tokenizer.tokenize("Är AR").ids == std::vector<int64_t>{1, 2});
  const Scratch written;
  write_tokenizer(tokenizer, written.path());
  CHECK(text::read_tokenizer(written.path()).tokenize("Är AR").ids == std::vector<int64_t>{1, 2});
}

TEST_CASE("Broken files are one line: file, place and reason") {
  struct Case {
    std::string name, bytes, want;
  };
  const std::string model = R"("model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1}})";
  const Case cases[] = {
      {"tokenizer.json", "{\"a\": 1,\n  ]", "tokenizer.json: line 2, column 3: syntax error"},
      {"tokenizer.json", std::string(200, '['), "tokenizer.json: is nested deeper than 100 levels"},
      {"tokenizer.json", "[]", "tokenizer.json: got a list, want an object"},
      {"tokenizer.json", "{}", "tokenizer.json: 'model' is missing"},
      {"tokenizer.json", R"({"model": {"type": "BPE"}})",
       "tokenizer.json: model.type: got \"BPE\", want \"WordPiece\""},
      {"tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"a": 0, "b": 0}}})",
       "model.vocab.b: got 0, want an id that 'a'"},
      {"tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"a": 9000000000}}})",
       "want an id 0 in its vocabulary"},
      {"tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {"a": 1e999}}})", "tokenizer.json: "},
      {"tokenizer.json", "{" + model + R"(, "normalizer": {"type": "NFC"}})",
       "normalizer.type: got \"NFC\", want \"BertNormalizer\""},
      {"tokenizer.json", "{" + model + R"(, "added_tokens": [{"id": 0}]})", "added_tokens.[0]: 'content' is missing"},
      {"tokenizer_config.json", R"({"do_lower_case": "yes"})", "do_lower_case: got \"yes\", want true or false"},
      {"vocab.txt", "", "vocab.txt: is empty, want one token per line"},
      {"vocab.txt", "a\nb", "vocab.txt: '[UNK]' is not among its 2 tokens"},
  };
  for (const Case& c : cases) {
    const Scratch scratch;
    scratch.write("vocab.txt", "[UNK]\n");
    scratch.write(c.name, c.bytes);
    CHECK_THROWS_WITH(text::read_tokenizer(scratch.path()), ContainsSubstring(c.want) && !ContainsSubstring("\n"));
  }
  CHECK_THROWS_WITH(text::read_tokenizer("/no/such"), "/no/such/vocab.txt: No such file or directory");
}

TEST_CASE("JSON says where it is not what was wanted") {
  const bertlet::io::JsonDocument document =
      bertlet::io::parse_json(R"({"a": [1, {"b": "x"}], "n": null, "big": 18446744073709551615})", "F");
  const bertlet::io::JsonPlace root = document.root();
  CHECK(root["a"][std::size_t{0}].integer() == 1);
  CHECK(root["a"][std::size_t{1}]["b"].string() == "x");
  CHECK(root.integer_or("n", 7) == 7);
  CHECK_THROWS_WITH(root["a"][std::size_t{1}]["b"].integer(), "F: a.[1].b: got \"x\", want an integer");
  CHECK_THROWS_WITH(root["a"][std::size_t{2}], "F: a: got a list, want a list of at least 3");
  CHECK_THROWS_WITH(root["z"], "F: 'z' is missing");
  CHECK_THROWS_WITH(root["big"].integer(), "F: big: got 18446744073709551615, want an integer");
  CHECK_THROWS_WITH(bertlet::io::parse_json("", "F"),
                    ContainsSubstring("F: line 1, column 1: ") && !ContainsSubstring("exception"));
}

TEST_CASE("Lines come in blocks of whole lines, however long they are") {
  const Scratch scratch;
  const std::string big(3 << 20, 'x');
  const auto path = scratch.write("lines", "a\n\r\n\n" + big + "\nlast");
  bertlet::io::LineBlocks blocks(path.string());
  Strings lines;
  for (const auto* block = &blocks.next(); !block->empty(); block = &blocks.next())
    lines.insert(lines.end(), block->begin(), block->end());
  CHECK(lines == Strings{"a", "\r", "", big, "last"});
  CHECK_THROWS_WITH(bertlet::io::LineBlocks("/no/such"), "/no/such: No such file or directory");
}
