// What is said of the examples that a model has wrong, task by task.
#include "bert/tasks/data.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using Catch::Approx;
using Catch::Matchers::EndsWith;
using finetuning::small_tokenizer;

namespace {

using Wrongs = std::vector<Data::Wrong>;

std::vector<Output> scores(const std::vector<std::vector<real>>& rows) {
  std::vector<Output> to;
  for (const std::vector<real>& row : rows) to.push_back({.scores = row});
  return to;
}

void check(const Data::Wrong& got, const std::string& place, const std::string& text, const Record& facts) {
  CHECK_THAT(got.place, EndsWith(place));
  CHECK(got.text == text);
  CHECK(got.facts.dump() == facts.dump());
}

// Scores with which each window says the tokens from the column `first` to `last`.
std::vector<Output> answers(const Data& data, const std::vector<std::pair<std::size_t, std::size_t>>& said) {
  std::vector<Output> to;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto tokens = static_cast<std::size_t>(data.items()[i].tokens());
    Output& output = to.emplace_back(Output{.scores = std::vector<real>(2 * tokens, -20)});
    output.scores[said[i].first] = output.scores[tokens + said[i].second] = 2;
    output.scores[0] += 21;  // no answer: 1, and as what is said 43
    output.scores[tokens] += 20;
  }
  return to;
}

std::string squad(const std::string& questions) {
  return R"({"data": [{"paragraphs": [{"context": "cat sat dog ran", "qas": [)" + questions + "]}]}]}";
}

// Its passage begins in column 3, behind [CLS] bird [SEP].
std::string question(const std::string& id, const std::string& answers) {
  return R"({"question": "bird", "id": ")" + id + R"(", "answers": [)" + answers + "]}";
}

double measured(const Data& data, std::span<const Output> outputs, const std::string& name) {
  for (const auto& [each, value] : data.measures(outputs))
    if (each == name) return value;
  FAIL("there is no " << name);
  return 0;
}

}  // namespace

TEST_CASE("Of classes the surest mistake is the worst") {
  const Scratch scratch;
  std::optional<Labels> labels;
  const auto file = scratch.write("d.tsv", "text\tlabel\ncat\tno\ndog\tyes\nbird\tno\nran\tno\n");
  const auto data = class_data(file, small_tokenizer(), {}, labels);
  const std::vector<Output> outputs = scores({{0, 1}, {0, 1}, {0, 3}, {1, 0}});
  const Wrongs worst = data->worst(outputs, 10);
  REQUIRE(worst.size() == 2);
  check(worst[0], "d.tsv:4", "bird", {{"is", "no"}, {"said", "yes"}});
  CHECK(worst[0].scale == "confidence");
  CHECK(worst[0].degree == Approx(1 / (1 + std::exp(-3.0))));
  check(worst[1], "d.tsv:2", "cat", {{"is", "no"}, {"said", "yes"}});
  CHECK(data->worst(outputs, 1).size() == 1);
  CHECK(data->worst(outputs, 0).empty());
}

TEST_CASE("Of several labels it is told which are missing and which are too many") {
  const Scratch scratch;
  std::optional<Labels> labels;
  const auto file = scratch.write("d.tsv", "text\tlabels\ncat\ta,b\ndog\tc\nbird\t\n");
  const auto data = multilabel_data(file, small_tokenizer(), {}, labels);
  const Wrongs worst = data->worst(scores({{-1, 2, 1}, {-1, -1, 1}, {-1, -2, 4}}), 10);
  REQUIRE(worst.size() == 2);
  check(worst[0], "d.tsv:4", "bird", {{"missing", Record::array()}, {"too_many", {"c"}}});
  CHECK(worst[0].degree == Approx(1 / (1 + std::exp(-4.0))));
  check(worst[1], "d.tsv:2", "cat", {{"missing", {"a"}}, {"too_many", {"c"}}});
}

TEST_CASE("Of numbers the largest error is the worst") {
  const Scratch scratch;
  const auto file = scratch.write("d.tsv", "sentence1\tsentence2\tscore\ncat\tdog\t1.5\nsat\tran\t-2\n");
  for (const Apart apart : {Apart::no, Apart::yes}) {
    const TextOptions options{{}, Texts::two, apart};
    const Wrongs worst = value_data(file, small_tokenizer(), options)->worst(scores({{1}, {0.25}}), 10);
    REQUIRE(worst.size() == 2);
    check(worst[0], "d.tsv:3", "sat | ran", {{"is", "-2"}, {"said", "0.250"}});
    CHECK(worst[0].scale == "error");
    CHECK(worst[0].degree == 2.25);
    CHECK(worst[1].degree == 0.5);
  }
}

TEST_CASE("Of endings the right one and the chosen one are told") {
  const Scratch scratch;
  const auto file = scratch.write("d.csv", "sent1,sent2,ending0,ending1,label\ncat,so,sat,ran,0\ndog,so,sat,ran,1\n");
  const auto data = choice_data(file, small_tokenizer(), {});
  const Wrongs worst = data->worst(scores({{0, 2}, {0, 1}}), 10);
  REQUIRE(worst.size() == 1);
  check(worst[0], "d.csv:2", "cat", {{"is", "0 'so sat'"}, {"said", "1 'so ran'"}});
  CHECK(worst[0].degree == Approx(1 / (1 + std::exp(-2.0))));
}

TEST_CASE("Of sentences the names are told that are missing, and those that are none") {
  const Scratch scratch;
  std::optional<Labels> labels = Labels({"O", "B-LOC", "I-LOC", "B-PER"});
  const auto file = scratch.write("d.conll", "cat B-PER\nsat O\n\ndog B-LOC\nran I-LOC\nbird O\ncat B-PER\n\ncat O\n");
  const auto data = tag_data(file, small_tokenizer(), {}, labels);
  const auto said = [](std::vector<std::vector<std::int64_t>> rows) {
    std::vector<Output> to;
    for (const std::vector<std::int64_t>& row : rows) to.push_back({.labels = row});
    return to;
  };
  const Wrongs worst = data->worst(said({{0, 0}, {1, 0, 1, 3}, {0}}), 10);
  REQUIRE(worst.size() == 2);
  check(
      worst[0], "d.conll:4", "dog ran bird cat",
      {{"missing", {"'dog ran' as LOC in line 4"}}, {"found", {"'dog' as LOC in line 4", "'bird' as LOC in line 6"}}});
  CHECK(worst[0].scale == "wrong_entities");
  CHECK(worst[0].degree == 3);
  check(worst[1], "d.conll:1", "cat sat", {{"missing", {"'cat' as PER in line 1"}}, {"found", Record::array()}});
}

TEST_CASE("Of questions the gold answers are told, and what was said") {
  const Scratch scratch;
  const std::string cat = R"({"text": "cat", "answer_start": 0})", dog = R"({"text": "dog", "answer_start": 8})";
  const auto file = scratch.write("d.json", squad(question("a1", cat + "," + dog + "," + cat) + "," +
                                                  question("b2", "") + "," + question("c3", dog)));
  const auto data = question_data(file, small_tokenizer(), {.max_length = 20, .stride = 8}, Answers::measured);
  REQUIRE(data->items().size() == 3);
  const std::vector<Output> outputs = answers(*data, {{4, 4}, {5, 5}, {0, 0}});
  const Wrongs worst = data->worst(outputs, 10);
  REQUIRE(worst.size() == 3);
  check(worst[0], "c3", "bird", {{"is", {"dog"}}, {"said", "no answer"}});
  check(worst[1], "a1", "bird", {{"is", {"cat", "dog"}}, {"said", "sat"}});
  check(worst[2], "b2", "bird", {{"is", {"no answer"}}, {"said", "dog"}});
  CHECK(worst[1].scale == "confidence");
  CHECK(worst[1].degree == Approx(1 / (1 + std::exp(-3.0))).epsilon(1e-6));  // 4 beside none's 1
}

TEST_CASE("Where never to answer is best, the best threshold is below all") {
  const Scratch scratch;
  const std::string dog = R"({"text": "dog", "answer_start": 8})";
  const auto file = scratch.write("d.json", squad(question("a", dog) + "," + question("b", "")));
  const auto data = question_data(file, small_tokenizer(), {.max_length = 20, .stride = 8}, Answers::measured);
  const std::vector<Output> outputs = answers(*data, {{4, 4}, {5, 5}});  // both are wrong
  CHECK(measured(*data, outputs, "f1") == 0);
  CHECK(measured(*data, outputs, "best_f1") == 50);
  data->set_threshold(measured(*data, outputs, "best_f1_threshold"));
  CHECK(measured(*data, outputs, "f1") == 50);
}

TEST_CASE("A threshold withholds answers, and the best one is found whichever is set") {
  const Scratch scratch;
  const std::string dog = R"({"text": "dog", "answer_start": 8})";
  const auto file = scratch.write("d.json", squad(question("a", dog) + "," + question("b", "")));
  const auto data = question_data(file, small_tokenizer(), {.max_length = 20, .stride = 8}, Answers::measured);
  std::vector<Output> outputs = answers(*data, {{5, 5}, {5, 5}});
  outputs[0].scores[0] += 5;  // none beats dog by 2, and in the other question by 7
  outputs[1].scores[0] += 10;
  const auto measure = [&](const std::string& name) { return measured(*data, outputs, name); };
  for (const auto& [threshold, f1] : std::vector<std::pair<double, double>>{{0, 50}, {2, 100}, {7, 50}}) {
    data->set_threshold(threshold);
    CHECK(measure("f1") == f1);
    CHECK(measure("best_f1") == 100);
    CHECK(measure("best_f1_threshold") == 2);
    CHECK(measure("has_answer_f1") == (threshold < 2 ? 0 : 100));
    CHECK(measure("no_answer_f1") == (threshold < 7 ? 100 : 0));
    CHECK(data->predictions(outputs)[0]["prediction"] == (threshold < 2 ? "" : "dog"));
  }
  CHECK_THROWS_WITH(finetuning::read_rows(7)->set_threshold(1), EndsWith("want a model for qa"));
}

TEST_CASE("A file to predict keeps its tags where the model knows them all") {
  const Scratch scratch;
  const auto labels_of = [&](const std::string& bytes) {
    std::optional<Labels> labels = Labels({"O", "B-LOC"});
    const auto data =
        tag_data(scratch.write("d.conll", bytes), small_tokenizer(), {.bad_rows = BadRows::collected}, labels);
    CHECK(data->items()[0].labels.size() == 4);
    const Record record = data->predictions(std::vector<Output>{{.labels = {0, 1}}})[0];
    CHECK(record["prediction"] == Record({"O", "B-LOC"}));
    return record.contains("labels") ? record["labels"].dump() : "null";
  };
  CHECK(labels_of("cat O\ndog B-LOC\n") == R"(["O","B-LOC"])");
  CHECK(labels_of("cat NN\ndog NN\n") == "null");
  CHECK(labels_of("cat O\ndog\n") == "null");
  CHECK(labels_of("cat\ndog\n") == "null");
}
