#include "bert/tasks/tables/labels.h"

#include "bert/io/files/file.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using Catch::Matchers::EndsWith;
using Strings = std::vector<std::string>;

TEST_CASE("Labels are sorted, and numbers by their value") {
  CHECK(Labels::of(Strings{"b", "a", "b"}).names() == Strings{"a", "b"});
  CHECK(Labels::of(Strings{"10", "9", "-1", "9"}).names() == Strings{"-1", "9", "10"});
  CHECK(Labels::of(Strings{"10", "9", "a"}).names() == Strings{"10", "9", "a"});
}

TEST_CASE("label.txt keeps its order") {
  const Scratch scratch;
  Labels({"z", "a b", "é"}).write(scratch.path() / "label.txt");
  const Labels labels = Labels::read(scratch.path() / "label.txt");
  CHECK(labels.names() == Strings{"z", "a b", "é"});
  CHECK(labels.find("a b") == 1);
  CHECK(!labels.find("b"));
  CHECK(labels.name(2) == "é");
  CHECK_THROWS_WITH(labels.name(3), "labels: got the number 3, want 0 to 2");
}

TEST_CASE("An unknown label is named with its place and those near to it") {
  const Labels labels({"sports", "finance", "world", "science"});
  CHECK(labels.id("world", "dev.tsv:3") == 2);
  CHECK_THROWS_WITH(labels.id("Sport", "dev.tsv:3"),
                    "dev.tsv:3: got the label 'Sport', want 'sports' or another of the 4");
  CHECK_THROWS_WITH(labels.id("x", "dev.tsv:3"),
                    "dev.tsv:3: got the label 'x', want 'sports', 'finance', 'world' or another of the 4");
  CHECK_THROWS_WITH(Labels({"0", "1"}).id("2", "dev.tsv:3"), "dev.tsv:3: got the label '2', want '0', '1'");
}

TEST_CASE("A broken label.txt is refused") {
  const Scratch scratch;
  const auto read = [&](const std::string& bytes) { return Labels::read(scratch.write("label.txt", bytes)); };
  CHECK_THROWS_WITH(read(""), EndsWith("/label.txt: is empty"));
  CHECK_THROWS_WITH(read("a\n\nb\n"), EndsWith("/label.txt:2: is blank, want a label"));
  CHECK_THROWS_WITH(read("a\nb\na\n"), EndsWith("/label.txt:3: has the label 'a' again"));
  CHECK_THROWS_WITH(read("a\n\xFF\n"), EndsWith("/label.txt:2: is not UTF-8 at byte 1: got 0xFF"));
  CHECK_THROWS_WITH(Labels({"a", "a"}), "labels: got 'a' twice, want each once");
  CHECK_THROWS_WITH(Labels({"a\nb"}).write(scratch.path() / "out"),
                    EndsWith("/out: got the label 'a b', want one that is a line"));
}

TEST_CASE("A label may be a number") {
  CHECK(number_of("-2.5", "f:1") == -2.5);
  CHECK_THROWS_WITH(number_of("2,5", "f:1"), "f:1: got the label '2,5', want a number");
  CHECK_THROWS_WITH(number_of("nan", "f:1"), "f:1: got the label 'nan', want a number");
}
