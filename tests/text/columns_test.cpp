#include "bert/tasks/tables/columns.h"

#include "bert/io/file.h"
#include "bert/tasks/tables/conversion.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Strings = std::vector<std::string>;

namespace {

TaggedFile tagged(const std::string& bytes, const ColumnsOptions& options = {}) {
  const Scratch scratch;
  return read_columns(scratch.write("f.conll", bytes), options);
}

std::string why(const Strings& tags, Scheme scheme) {
  const auto wrong = wrong_tag(tags, scheme);
  return wrong ? std::to_string(wrong->word) + ": " + wrong->why : "";
}

}  // namespace

TEST_CASE("Words and tags stand in columns") {
  const TaggedFile file = tagged(
      "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\r\n\n \nPeter\tB-PER\nBlackburn\tI-PER  \n");
  REQUIRE(file.sentences.size() == 2);
  CHECK(file.sentences[0].words == Strings{"EU", "rejects"});
  CHECK(file.sentences[0].tags == Strings{"B-ORG", "O"});
  CHECK(file.sentences[0].line == 3);
  CHECK(file.sentences[1].words == Strings{"Peter", "Blackburn"});
  CHECK(file.sentences[1].tags == Strings{"B-PER", "I-PER"});
  CHECK_THAT(file.place(file.sentences[1], 1), EndsWith("/f.conll:8"));
}

TEST_CASE("Without tags a line may be a word alone") {
  const TaggedFile file = tagged("a\nb O\n", {.tags = TagColumn::if_there});
  CHECK(file.sentences[0].words == Strings{"a", "b"});
  CHECK(file.sentences[0].tags.empty());
}

TEST_CASE("Lines that are wrong are named, and cost their sentence") {
  CHECK_THROWS_WITH(tagged("a O\nb\n"), EndsWith("/f.conll:2: has the word 'b' alone, want a tag too"));
  CHECK_THROWS_WITH(tagged("a O\n\xFF O\n"), EndsWith("/f.conll:2: is not UTF-8 at byte 1: got 0xFF"));
  CHECK_THROWS_WITH(tagged("\n"), EndsWith("/f.conll: is empty"));
  CHECK_THROWS_WITH(tagged("-DOCSTART- O\n"), EndsWith("/f.conll: has no sentences"));
  const TaggedFile file = tagged("a O\n\nb\nc O\n\nd O\n", {.bad_rows = BadRows::collected});
  REQUIRE(file.sentences.size() == 2);
  CHECK(file.sentences[1].words == Strings{"d"});
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
  const auto detected = [](const Strings& tags) {
    SchemeDetector detector;
    detector.add(tags);
    return detector.scheme();
  };
  CHECK(detected({"O"}) == Scheme::iob2);
  CHECK(detected({"B-A", "I-A"}) == Scheme::iob2);
  CHECK(detected({"I-A", "I-A"}) == Scheme::iob1);
  CHECK(detected({"B-A", "E-A"}) == Scheme::iobes);
  CHECK(detected({"B-A", "M-A", "E-A"}) == Scheme::bmes);
  CHECK(detected({"B-A", "L-A"}) == Scheme::bilou);
  CHECK(detected({"I-A", "E-A"}) == Scheme::ioe2);
  CHECK(detected({"I-A", "E-A", "I-A"}) == Scheme::ioe1);
  CHECK(!detected({"I-A", "E-A", "M-B"}));
  CHECK_THROWS_WITH(scheme_of(tagged("a O\nb I-A\nc E-B\n")),
                    EndsWith("/f.conll:3: the tag 'E-B' is no tag of BIO; no scheme allows all tags of the file"));
}

TEST_CASE("Weibo's characters lose their numbers, other words keep theirs") {
  TaggedFile weibo = tagged("科0\tO\n技1\tO\n80\tO\n");
  drop_positions(weibo);
  CHECK(weibo.sentences[0].words == Strings{"科", "技", "8"});
  TaggedFile other = tagged("in O\n20 O\n");
  drop_positions(other);
  CHECK(other.sentences[0].words == Strings{"in", "20"});
}

TEST_CASE("What is written is read again") {
  const Scratch scratch;
  TaggedFile file = tagged("a B-X\nb I-X\n\nc O\n");
  convert_tags(file, Scheme::iobes);
  write_columns(scratch.path() / "out", file.sentences);
  CHECK(bertlet::io::read_file(scratch.path() / "out") == "a\tB-X\nb\tE-X\n\nc\tO\n\n");
}

TEST_CASE("JSON becomes TSV") {
  const Scratch scratch;
  const auto in = scratch.write("f.json",
                                "{\"sentence1\": \"a\\tb\", \"sentence2\": \"c\\nd\", \"label\": \"0\"}\n"
                                "{\"sentence1\": \"e\", \"sentence2\": \"f\", \"label\": 1}\n");
  write_tsv(scratch.path() / "out", read_examples(in, {.texts = Texts::two}));
  CHECK(bertlet::io::read_file(scratch.path() / "out") == "sentence1\tsentence2\tlabel\na b\tc d\t0\ne\tf\t1\n");
}
