#include "bert/tasks/columns.h"

#include "bert/io/file.h"
#include "bert/tasks/conversion.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
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
  CHECK(why({"B-A", "I-A", "O", "B-B", "B-B"}, Scheme::bio) == "");
  CHECK(why({"O", "I-A"}, Scheme::bio) == "1: the tag 'I-A' continues no A");
  CHECK(why({"B-B", "I-A"}, Scheme::bio) == "1: the tag 'I-A' continues no A");
  CHECK(why({"B-A", "E-A"}, Scheme::bio) == "1: the tag 'E-A' is no tag of bio");
  CHECK(why({"I-A", "I-A", "B-A", "I-B"}, Scheme::iob1) == "");
  CHECK(why({"B-A"}, Scheme::iob1) == "0: the tag 'B-A' follows no A");
  CHECK(why({"B-A", "I-A", "E-A", "S-B", "O"}, Scheme::bioes) == "");
  CHECK(why({"B-A", "O"}, Scheme::bioes) == "1: the tag 'O' stands before the end of a A");
  CHECK(why({"B-A"}, Scheme::bioes) == "0: the tag 'B-A' is the sentence's last, without an end");
  CHECK(why({"B-A", "M-A", "E-A"}, Scheme::bmes) == "");
  CHECK(why({"person"}, Scheme::bio) == "0: the tag 'person' is no tag of bio");
}

TEST_CASE("Tags of one scheme become those of each other one") {
  const std::vector<std::pair<Scheme, Strings>> same = {
      {Scheme::iob1, {"I-P", "I-P", "I-P", "B-P", "I-L", "O", "I-P"}},
      {Scheme::bio, {"B-P", "I-P", "I-P", "B-P", "B-L", "O", "B-P"}},
      {Scheme::bioes, {"B-P", "I-P", "E-P", "S-P", "S-L", "O", "S-P"}},
      {Scheme::bmes, {"B-P", "M-P", "E-P", "S-P", "S-L", "O", "S-P"}}};
  for (const auto& [from, tags] : same)
    for (const auto& [to, wanted] : same) CHECK(tags_of(entities_of(tags, from), tags.size(), to) == wanted);
  CHECK_THROWS_WITH(entities_of(Strings{"I-P"}, Scheme::bio), EndsWith("word 1: the tag 'I-P' continues no P"));
}

TEST_CASE("The scheme of a file is found") {
  const auto detected = [](const Strings& tags) {
    SchemeDetector detector;
    detector.add(tags);
    return detector.scheme();
  };
  CHECK(detected({"O"}) == Scheme::bio);
  CHECK(detected({"B-A", "I-A"}) == Scheme::bio);
  CHECK(detected({"I-A", "I-A"}) == Scheme::iob1);
  CHECK(detected({"B-A", "E-A"}) == Scheme::bioes);
  CHECK(detected({"B-A", "M-A", "E-A"}) == Scheme::bmes);
  CHECK(!detected({"I-A", "E-A", "M-B"}));
  CHECK_THROWS_WITH(scheme_of(tagged("a O\nb I-A\nc E-B\n")),
                    EndsWith("/f.conll:2: the tag 'I-A' continues no A; no scheme allows all tags of the file"));
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
  convert_tags(file, Scheme::bioes);
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
