#include "bert/io/files/file.h"
#include "bert/tasks/forms/conversion.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Strings = std::vector<std::string>;

namespace {

Examples tagged(const std::string& bytes, ReadOptions options = {}) {
  const Scratch scratch;
  options.content = Content::words;
  return read_examples(scratch.write("f.conll", bytes), options);
}

std::string why(const Strings& tags, Scheme scheme) {
  const auto wrong = wrong_tag(tags, scheme);
  return wrong ? std::to_string(wrong->word) + ": " + wrong->why : "";
}

}  // namespace

TEST_CASE("Words and tags stand in columns") {
  const Examples file = tagged(
      "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\r\n\n \nPeter\tB-PER\nBlackburn\tI-PER  \n");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.rows[0].parts == Strings{"EU", "rejects"});
  CHECK(file.rows[0].labels == Strings{"B-ORG", "O"});
  CHECK(file.rows[0].line == 3);
  CHECK(file.rows[1].parts == Strings{"Peter", "Blackburn"});
  CHECK(file.rows[1].labels == Strings{"B-PER", "I-PER"});
  CHECK_THAT(file.place(file.rows[1], 1), EndsWith("/f.conll:8"));
}

TEST_CASE("Without tags a line may be a word alone") {
  const Examples file = tagged("a\nb O\n", {.label = LabelColumn::if_there});
  CHECK(file.rows[0].parts == Strings{"a", "b"});
  CHECK(file.rows[0].labels.empty());
}

TEST_CASE("Lines that are wrong are named, and cost their sentence") {
  CHECK_THROWS_WITH(tagged("a O\nb\n"), EndsWith("/f.conll:2: has the word 'b' alone, want a tag too"));
  CHECK_THROWS_WITH(tagged("a O\n\xFF O\n"), EndsWith("/f.conll:2: is not UTF-8 at byte 1: got 0xFF"));
  CHECK_THROWS_WITH(tagged("\n"), EndsWith("/f.conll: is empty"));
  CHECK_THROWS_WITH(tagged("-DOCSTART- O\n"), EndsWith("/f.conll: has no sentences"));
  const Examples file = tagged("a O\n\nb\nc O\n\nd O\n", {.bad_rows = BadRows::collected});
  REQUIRE(file.rows.size() == 2);
  CHECK(file.rows[1].parts == Strings{"d"});
  CHECK(file.bad_rows.at(0).line == 3);
}

TEST_CASE("Schemes allow some tags and not others") {
  CHECK(why({"B-A", "I-A", "O", "B-B", "B-B"}, Scheme::iob2) == "");
  CHECK(why({"O", "I-A"}, Scheme::iob2) == "1: the tag 'I-A' is part of no whole name of BIO");
  CHECK(why({"B-B", "I-A"}, Scheme::iob2) == "1: the tag 'I-A' is part of no whole name of BIO");
  CHECK(why({"B-A", "E-A"}, Scheme::iob2) == "1: the tag 'E-A' is no tag of BIO");
  CHECK(why({"I-A", "I-A", "B-A", "I-B"}, Scheme::iob1) == "");
  CHECK(why({"B-A"}, Scheme::iob1) == "0: the tag 'B-A' is part of no whole name of IOB1");
  CHECK(why({"I-A", "I-A", "E-A", "I-A", "I-B"}, Scheme::ioe1) == "");
  CHECK(why({"I-A", "E-A"}, Scheme::ioe1) == "0: the tag 'I-A' is part of no whole name of IOE1");
  CHECK(why({"I-A", "O"}, Scheme::ioe2) == "0: the tag 'I-A' is part of no whole name of IOE2");
  CHECK(why({"B-A", "I-A", "E-A", "S-B", "O"}, Scheme::iobes) == "");
  CHECK(why({"B-A", "O"}, Scheme::iobes) == "0: the tag 'B-A' is part of no whole name of BIOES");
  CHECK(why({"S-A", "B-A"}, Scheme::iobes) == "1: the tag 'B-A' is part of no whole name of BIOES");
  CHECK(why({"B-A", "M-A", "E-A"}, Scheme::bmes) == "");
  CHECK(why({"person"}, Scheme::iob2) == "0: the tag 'person' is no tag of BIO");
}

TEST_CASE("Tags of one scheme become those of each other one") {
  const std::vector<std::pair<Scheme, Strings>> same = {
      {Scheme::iob1, {"I-P", "I-P", "I-P", "B-P", "I-L", "O", "I-P"}},
      {Scheme::iob2, {"B-P", "I-P", "I-P", "B-P", "B-L", "O", "B-P"}},
      {Scheme::ioe1, {"I-P", "I-P", "E-P", "I-P", "I-L", "O", "I-P"}},
      {Scheme::ioe2, {"I-P", "I-P", "E-P", "E-P", "E-L", "O", "E-P"}},
      {Scheme::iobes, {"B-P", "I-P", "E-P", "S-P", "S-L", "O", "S-P"}},
      {Scheme::bilou, {"B-P", "I-P", "L-P", "U-P", "U-L", "O", "U-P"}},
      {Scheme::bmes, {"B-P", "M-P", "E-P", "S-P", "S-L", "O", "S-P"}}};
  for (const auto& [from, tags] : same)
    for (const auto& [to, wanted] : same) CHECK(tags_of(entities_of(tags, from), tags.size(), to) == wanted);
  CHECK_THROWS_WITH(entities_of(Strings{"I-P"}, Scheme::iob2),
                    EndsWith("the tag 'I-P' is part of no whole name of BIO"));
  CHECK_THROWS_WITH(tags_of(std::vector<Entity>{{"P", 1, 3}}, 2, Scheme::iob2), ContainsSubstring("words 1 to 3"));
}

TEST_CASE("The scheme of a file is found") {
  const auto detected = [](const Strings& tags) { return scheme_of({.file = "f", .rows = {{.labels = tags}}}); };
  CHECK(detected({"O"}) == Scheme::iob2);
  CHECK(detected({"B-A", "I-A"}) == Scheme::iob2);
  CHECK(detected({"I-A", "I-A"}) == Scheme::iob1);
  CHECK(detected({"B-A", "E-A"}) == Scheme::iobes);
  CHECK(detected({"B-A", "M-A", "E-A"}) == Scheme::bmes);
  CHECK(detected({"B-A", "L-A"}) == Scheme::bilou);
  CHECK(detected({"I-A", "E-A"}) == Scheme::ioe2);
  CHECK(detected({"I-A", "E-A", "I-A"}) == Scheme::ioe1);
  CHECK_THROWS_WITH(detected({"I-A", "E-A", "M-B"}), ContainsSubstring("no scheme allows all"));
  CHECK_THROWS_WITH(scheme_of(tagged("a O\nb I-A\nc E-B\n")),
                    EndsWith("/f.conll:3: the tag 'E-B' is no tag of BIO; no scheme allows all tags of the file"));
}

TEST_CASE("Weibo's characters lose their positions, other words keep their numbers") {
  const Examples weibo = tagged("科0\tO\n技1\tO\n80\tO\np10\tO\n\uFFFD\uFFFD0\tO\n");
  CHECK(weibo.rows[0].parts == Strings{"科", "技", "8", "p", "\uFFFD\uFFFD"});
  CHECK(weibo.form == "words in columns, tag last; Weibo's positions dropped");
  CHECK(tagged("in O\n20 O\n").rows[0].parts == Strings{"in", "20"});
}

TEST_CASE("Where every line has a tab, words may have spaces") {
  CHECK(tagged("New York\tB-LOC\n").rows[0].parts == Strings{"New York"});
  CHECK(tagged("New\tB-LOC\nYork I-LOC\n").rows[0].parts == Strings{"New", "York"});
}

TEST_CASE("A sentence and its tags may stand in a line") {
  const Examples words = tagged("I live in Rome .\tO O O B-LOC O\nHello\tO\n");
  CHECK(words.form == "a sentence and its tags a line, a tag for each word: 1 text, 2 label");
  CHECK(words.rows[0].parts == Strings{"I", "live", "in", "Rome", "."});
  CHECK(words.rows[0].labels[3] == "B-LOC");
  CHECK(words.rows[1].parts == Strings{"Hello"});
  CHECK_THAT(words.place(words.rows[1], 0), EndsWith("/f.conll:2"));
  const Examples characters = tagged("我在罗马\tO O B-LOC I-LOC\n他 也\tO O\n我 去\tO O O\n");
  CHECK(characters.rows[0].parts == Strings{"我", "在", "罗", "马"});
  CHECK(characters.rows[1].parts == Strings{"他", "也"});
  CHECK(characters.rows[2].parts == Strings{"我", "去"});
  CHECK_THROWS_WITH(tagged("a b\tO O\nc d\tO\n"), EndsWith("/f.conll:2: has 1 tags for 2 words"));
  CHECK_THROWS_WITH(tagged("我在\tO O\n我在罗马\tO O O\n"), EndsWith("/f.conll:2: has 3 tags for 4 characters"));
  const Examples rest = tagged("a b\tO O\nc d\tO\ne\tO\n", {.bad_rows = BadRows::collected});
  CHECK(rest.rows.size() == 2);
  CHECK(rest.bad_rows.at(0).line == 2);
}

TEST_CASE("Words and tags may be lists in JSON, or columns with names") {
  const Examples lists = tagged("{\"id\": 7, \"tokens\": [\"a\", \"b\"], \"ner_tags\": [\"O\", \"B-X\"]}\n");
  CHECK(lists.rows[0].parts == Strings{"a", "b"});
  CHECK(lists.rows[0].labels == Strings{"O", "B-X"});
  CHECK(lists.rows[0].others == Strings{"7"});
  CHECK(lists.form == "JSON lines; text: tokens, label: ner_tags, in lists");
  CHECK_THROWS_WITH(tagged("{\"tokens\": [\"a\"], \"tags\": []}\n"), EndsWith("/f.conll:1: has 0 tags for 1 words"));
  CHECK_THROWS_WITH(tagged("{\"tokens\": [\"a\"]}\n"), ContainsSubstring("which column has the tags?"));
}

TEST_CASE("Sentences without tags are cut into words") {
  const ReadOptions any{.label = LabelColumn::if_there};
  const Examples read = tagged("I live in London.\n\nNaïve Zoë isn't.\n", any);
  CHECK(read.form == "a sentence a line, cut into words");
  CHECK(!read.labelled);
  CHECK(read.rows[0].parts == Strings{"I", "live", "in", "London", "."});
  CHECK(read.rows[1].parts == Strings{"Naïve", "Zoë", "isn", "'", "t", "."});
  CHECK(read.rows[1].text == "Naïve Zoë isn't.");
  CHECK(read.rows[1].line == 3);
  CHECK(tagged("我住在伦敦。\n", any).rows[0].parts.size() == 6);
  CHECK(tagged("I\nlive\n.\n\nYou\n", any).rows[0].parts == Strings{"I", "live", "."});
  CHECK(tagged("I PRP\nlive VB\n\nYou PRP\n", any).rows[0].parts == Strings{"I", "live"});
  CHECK(tagged("I O\nlive O\n", any).rows[0].labels == Strings{"O", "O"});
  CHECK(words_in("Don’t!") == Strings{"Don", "’", "t", "!"});
  CHECK(words_in("a é") == std::vector<std::string>{"a", "é"});
}

TEST_CASE("What is written is read again") {
  const Scratch scratch;
  const auto in = scratch.write("f.conll", "a B-X\nb I-X\n\nc O\n"), out = scratch.path() / "out.conll";
  const Converted made = convert(in, out, {.read = {.content = Content::words}, .scheme = Scheme::iobes});
  CHECK(made.rows == 2);
  CHECK(made.form == "words in columns, tag last");
  CHECK(bertlet::io::read_file(out) == "a\tB-X\nb\tE-X\n\nc\tO\n\n");
}

TEST_CASE("Tables become TSV, CSV and JSON lines") {
  const Scratch scratch;
  const auto in = scratch.write("f.json",
                                "{\"sentence1\": \"a\\tb\", \"sentence2\": \"c\\nd\", \"label\": \"0\"}\n"
                                "{\"sentence1\": \"e,\", \"sentence2\": \"f\", \"label\": 1}\n");
  const auto converted = [&](const char* name) {
    convert(in, scratch.path() / name, {.read = {.content = Content::pair}});
    return bertlet::io::read_file(scratch.path() / name);
  };
  CHECK(converted("out.tsv") == "sentence1\tsentence2\tlabel\na b\tc d\t0\ne,\tf\t1\n");
  CHECK(converted("out.csv") == "sentence1,sentence2,label\na\tb,\"c\nd\",0\n\"e,\",f,1\n");
  CHECK(converted("out.jsonl").ends_with("{\"sentence1\":\"e,\",\"sentence2\":\"f\",\"label\":\"1\"}\n"));
  CHECK_THROWS_WITH(converted("f.json"), EndsWith("/f.json: is the input, want another name for the output"));
  CHECK_THROWS_WITH(converted("out.xls"), EndsWith("/out.xls: got the extension '.xls', want .tsv, .csv or .jsonl"));
}
