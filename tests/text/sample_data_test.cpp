#include "apps/bertlet/samples/sample_data.h"

#include <set>

#include "apps/bertlet/samples/bag_of_words.h"
#include "apps/bertlet/samples/samples.h"
#include "bert/io/files/file.h"
#include "bert/io/json/document.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/tables/tags.h"
#include "core/real.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using namespace apps::samples;

TEST_CASE("A bag of words learns what words tell") {
  std::vector<BagRow> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({bag_of(i % 2 == 0 ? "A GOOD day" : "a bad day"), i % 2});
  const BagOfWords bag(rows, 2);
  CHECK(bag.accuracy(rows) == 1);
  CHECK(bag.best(bag_of("good night")) == 0);
  const auto none = bag.probabilities({});
  CHECK(none[0] + none[1] == Approx(1));
  CHECK(majority(rows, std::vector<BagRow>{{{}, 0}, {{}, 1}, {{}, 1}, {{}, 1}}) == 0.25);
}

TEST_CASE("A bag of words does not see order") {
  std::vector<BagRow> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({bag_of(i % 2 == 0 ? "dog bites man" : "man bites dog"), i % 2});
  CHECK(BagOfWords(rows, 2).accuracy(rows) == 0.5);
  CHECK(bag_of("a", "a") == std::vector<std::string>{"a", "b:a"});
}

TEST_CASE("Every task gets its files, the same from the same seed") {
  const Scratch scratch;
  for (const std::string_view task : sample_tasks()) {
    CAPTURE(task);
    const auto one = write_sample_data(task, scratch.path() / "one" / task, {.rows = 64});
    const auto two = write_sample_data(task, scratch.path() / "two" / task, {.rows = 64});
    const auto other = write_sample_data(task, scratch.path() / "other" / task, {.rows = 64, .seed = 2});
    CHECK(one.train == 64);
    CHECK(one.dev == 8);
    REQUIRE(one.files.size() >= 3);
    for (std::size_t i = 0; i < one.files.size(); ++i) {
      CHECK(bertlet::io::read_file(one.files[i]) == bertlet::io::read_file(two.files[i]));
      CHECK(bertlet::io::read_file(one.files[i]) != bertlet::io::read_file(other.files[i]));
    }
  }
}

TEST_CASE("No row stands in two parts, and no bag of words is near to right") {
  const Scratch scratch;
  for (const char* task : {"classify", "pair", "multilabel", "regress"}) {
    CAPTURE(task);
    const SampleData data = write_sample_data(task, scratch.path() / task, {.rows = 2000});
    CHECK(*data.bag_of_words < 0.65);
    const Content content = std::string_view(task) == "pair" ? Content::pair : Content::text;
    std::set<std::string> seen;
    for (const auto& file : data.files)
      for (const Example& row : read_examples(file, {.content = content}).rows)
        CHECK(seen.insert(row.text + '\t' + row.text_b).second);
  }
}

TEST_CASE("Samples are what they say") {
  Random random({.seed = 5});
  for (int i = 0; i < 200; ++i) {
    const Example names = sample_names(random);
    CHECK(!wrong_tag(names.labels, Scheme::iob2));
    CHECK(names.parts.size() == names.labels.size());
    const SampleQuestion question = sample_question(random);
    const auto begin = bertlet::to_size(question.answer_start);
    CHECK(question.context.substr(begin, question.answer.size()) == question.answer);
    const SampleChoice choice = sample_choice(random);
    CHECK(std::set<std::string>(choice.endings.begin(), choice.endings.end()).size() == 4);
  }
}

TEST_CASE("Samples of questions are SQuAD's JSON") {
  const Scratch scratch;
  const SampleData data = write_sample_data("qa", scratch.path(), {.rows = 16});
  const auto document = bertlet::io::read_json(data.files[0]);
  CHECK(document.root()["version"].string() == "v2.0");
  const auto paragraphs = document.root()["data"][0]["paragraphs"];
  CHECK(paragraphs.size() == 16);
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    const auto question = paragraphs[i]["qas"][0];
    CHECK((question["answers"].size() == 0) == question["is_impossible"].boolean());
  }
}

TEST_CASE("Samples that cannot be made are refused") {
  const Scratch scratch;
  CHECK_THROWS_WITH(write_sample_data("poetry", scratch.path()),
                    Catch::Matchers::ContainsSubstring("got the task 'poetry', want one of classify, pair,"));
  CHECK_THROWS_WITH(write_sample_data("pair", scratch.path(), {.rows = 7}), "sample-data: got 7 rows, want at least 8");
}
