// What is said of the examples that a model has wrong, task by task.
#include <cmath>

#include "core/real.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
using Catch::Matchers::EndsWith;

namespace {

struct Measured {
  std::unique_ptr<Task> task;
  Datum data;

  std::vector<Verdict> verdicts(Outputs outputs) const {
    std::vector<Verdict> to;
    for (int64_t i = 0; i < data->size(); ++i) to.push_back(task->verdict(*data, i, outputs));
    return to;
  }
  double measure(Outputs outputs, const std::string& name) const {
    return value_of(measures(*task, *data, outputs), name);
  }
};

Measured measured(const std::string& name, const std::string& file, const std::string& bytes, const Values& values = {},
                  const std::vector<std::string>& labels = {}) {
  Measured to{.task = task_with(name, values, labels), .data = {}};
  to.data = read(*to.task, file, bytes);
  return to;
}

std::vector<Output> scores(const std::vector<std::vector<real>>& rows) {
  std::vector<Output> to;
  for (const std::vector<real>& row : rows) to.push_back({.scores = row});
  return to;
}

void check(const Verdict& got, const std::string& place, const std::string& text, const Record& facts) {
  CHECK_THAT(got.place, EndsWith(place));
  CHECK(got.text == text);
  CHECK(got.facts.dump() == facts.dump());
}

void check_wrong(const Verdict& got, const std::string& place, const std::string& text, const Record& facts) {
  CHECK(got.right == false);
  check(got, place, text, facts);
}

// Of the chances of "yes" or "no" the one for a score, where the other is 0.
double chance(double score) { return 1 / (1 + std::exp(-score)); }

// Scores with which each window says the tokens from the column `first` to `last`.
std::vector<Output> answers(const Data& data, const std::vector<std::pair<std::size_t, std::size_t>>& said) {
  std::vector<Output> to;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto tokens = to_size(data.items[i].tokens());
    Output& output = to.emplace_back(Output{.scores = std::vector<real>(2 * tokens, -20)});
    output.scores[said[i].first] = output.scores[tokens + said[i].second] = 2;
    output.scores[0] += 21;  // no answer: 1, and as what is said 43
    output.scores[tokens] += 20;
  }
  return to;
}

Measured asked(const std::string& questions) {
  const std::string file =
      R"({"data": [{"paragraphs": [{"context": "cat sat dog ran", "qas": [)" + questions + "]}]}]}";
  return measured("qa", "d.json", file, {{"max-length", "20"}, {"stride", "8"}});
}

// Its passage begins in column 3, behind [CLS] bird [SEP].
std::string question(const std::string& id, const std::string& answers) {
  return R"({"question": "bird", "id": ")" + id + R"(", "answers": [)" + answers + "]}";
}

const std::string cat = R"({"text": "cat", "answer_start": 0})", dog = R"({"text": "dog", "answer_start": 8})";

}  // namespace

TEST_CASE("Of classes it is told what is, what was said and how surely") {
  const Measured of =
      measured("classify", "d.tsv", "text\tlabel\ncat\tno\ndog\tyes\nbird\tno\nran\tno\n", {}, {"no", "yes"});
  const std::vector<Verdict> all = of.verdicts(scores({{0, 1}, {0, 1}, {0, 3}, {1, 0}}));
  REQUIRE(all.size() == 4);
  check_wrong(all[0], "d.tsv:2", "cat", {{"is", "no"}, {"said", "yes"}});
  CHECK(all[0].degree == Approx(chance(1)));
  CHECK(all[1].right == true);
  check(all[1], "d.tsv:3", "dog", {{"is", "yes"}, {"said", "yes"}});
  CHECK(all[1].degree == Approx(chance(1)));
  check_wrong(all[2], "d.tsv:4", "bird", {{"is", "no"}, {"said", "yes"}});
  CHECK(all[2].scale == "confidence");
  CHECK(all[2].degree == Approx(chance(3)));
  CHECK(all[3].right == true);
}

TEST_CASE("Of several labels it is told which are missing and which are too many") {
  const Measured of = measured("multilabel", "d.tsv", "text\tlabels\ncat\ta,b\ndog\tc\nbird\t\n", {}, {"a", "b", "c"});
  const std::vector<Verdict> all = of.verdicts(scores({{-1, 2, 1}, {-1, -2, 1}, {-1, -2, 4}}));
  REQUIRE(all.size() == 3);
  check_wrong(all[0], "d.tsv:2", "cat", {{"missing", {"a"}}, {"too_many", {"c"}}});
  CHECK(all[0].degree == Approx(chance(1)));
  CHECK(all[1].right == true);
  CHECK(all[1].degree == Approx(chance(1)));  // of the least sure
  check_wrong(all[2], "d.tsv:4", "bird", {{"missing", Record::array()}, {"too_many", {"c"}}});
  CHECK(all[2].degree == Approx(chance(4)));
}

TEST_CASE("Of numbers the error is told, and none is quite right") {
  const std::string rows = "sentence1\tsentence2\tscore\ncat\tdog\t1.5\nsat\tran\t-2\n";
  for (const char* task : {"regress", "siamese"}) {
    CAPTURE(task);
    const std::vector<Verdict> all = measured(task, "d.tsv", rows).verdicts(scores({{1}, {0.25}}));
    REQUIRE(all.size() == 2);
    CHECK_FALSE(all[0].right);
    CHECK(all[0].degree == 0.5);
    check(all[1], "d.tsv:3", "sat | ran", {{"is", "-2"}, {"said", "0.250"}});
    CHECK(all[1].scale == "error");
    CHECK(all[1].degree == 2.25);
  }
}

TEST_CASE("Of endings the right one and the chosen one are told") {
  const Measured of =
      measured("choice", "d.csv", "sent1,sent2,ending0,ending1,label\ncat,so,sat,ran,0\ndog,so,sat,ran,1\n");
  const std::vector<Verdict> all = of.verdicts(scores({{0, 2}, {0, 1}}));
  REQUIRE(all.size() == 2);
  check_wrong(all[0], "d.csv:2", "cat", {{"is", "0 'so sat'"}, {"said", "1 'so ran'"}});
  CHECK(all[0].degree == Approx(chance(2)));
  CHECK(all[1].right == true);
}

TEST_CASE("Of sentences the names are told that are missing, and those that are none") {
  const Measured of =
      measured("ner", "d.conll", "cat B-PER\nsat O\n\ndog B-LOC\nran I-LOC\nbird O\ncat B-PER\n\ncat O\n", {},
               {"O", "B-LOC", "I-LOC", "B-PER"});
  const auto said = [](std::vector<std::vector<int64_t>> rows) {
    std::vector<Output> to;
    for (const std::vector<int64_t>& row : rows) to.push_back({.labels = row});
    return to;
  };
  const std::vector<Verdict> all = of.verdicts(said({{0, 0}, {1, 0, 1, 3}, {0}}));
  REQUIRE(all.size() == 3);
  check_wrong(all[0], "d.conll:1", "cat sat", {{"missing", {"'cat' as PER in line 1"}}, {"found", Record::array()}});
  CHECK(all[0].degree == 1);
  check_wrong(
      all[1], "d.conll:4", "dog ran bird cat",
      {{"missing", {"'dog ran' as LOC in line 4"}}, {"found", {"'dog' as LOC in line 4", "'bird' as LOC in line 6"}}});
  CHECK(all[1].scale == "wrong_entities");
  CHECK(all[1].degree == 3);
  CHECK(all[2].right == true);
}

TEST_CASE("Of questions the gold answers are told, and what was said") {
  const Measured of = asked(question("a1", cat + "," + dog + "," + cat) + "," + question("b2", "") + "," +
                            question("c3", dog) + "," + question("d4", cat + "," + dog));
  REQUIRE(of.data->items.size() == 4);
  const std::vector<Verdict> all = of.verdicts(answers(*of.data, {{4, 4}, {5, 5}, {0, 0}, {5, 5}}));
  REQUIRE(all.size() == 4);
  check_wrong(all[0], "a1", "bird", {{"is", {"cat", "dog"}}, {"said", "sat"}});
  check_wrong(all[1], "b2", "bird", {{"is", {"no answer"}}, {"said", "dog"}});
  check_wrong(all[2], "c3", "bird", {{"is", {"dog"}}, {"said", "no answer"}});
  CHECK(all[2].degree > all[0].degree);
  CHECK(all[0].degree == Approx(all[1].degree));
  CHECK(all[0].scale == "confidence");
  CHECK(all[0].degree == Approx(chance(3)).epsilon(1e-6));  // 4 beside none's 1
  CHECK(all[3].right == true);                              // one of the gold answers
}

TEST_CASE("Of hidden words those are told that were not found, text by text") {
  const Measured of = measured("mlm", "d.txt", "cat dog bird sat ran no yes cat dog bird sat ran no yes\n\ncat\n");
  REQUIRE(of.data->items.size() == 2);
  std::vector<std::string> hidden;
  std::vector<Output> outputs(2);
  for (const int64_t label : of.data->items[0].labels) {
    if (label == no_label) continue;
    hidden.push_back(small_tokenizer()->vocabulary().token(label));
    outputs[0].guesses.push_back({1, false, {{5, 0.25 * static_cast<double>(hidden.size())}}});
  }
  REQUIRE(hidden.size() == 2);
  outputs[1].guesses = {{0, true, {{7, 0.5}}}};
  std::vector<Verdict> all = of.verdicts(outputs);
  check_wrong(all[0], "d.txt:1", "cat dog bird sat ran no yes cat dog bird sat ran no yes",
              {{"said", {"'no' for '" + hidden[0] + "'", "'no' for '" + hidden[1] + "'"}}});
  CHECK(all[0].scale == "confidence");
  CHECK(all[0].degree == 0.5);  // of the surest mistake
  CHECK(all[1].right == true);
  outputs[0].guesses[0].right = true;
  check_wrong(of.verdicts(outputs)[0], "d.txt:1", all[0].text, {{"said", {"'no' for '" + hidden[1] + "'"}}});
}

TEST_CASE("Where never to answer is best, the best threshold is below all") {
  const Measured of = asked(question("a", dog) + "," + question("b", ""));
  const std::vector<Output> outputs = answers(*of.data, {{4, 4}, {5, 5}});  // both are wrong
  CHECK(of.measure(outputs, "f1") == 0);
  CHECK(of.measure(outputs, "best_f1") == 50);
  of.task->settle(measures(*of.task, *of.data, outputs));
  CHECK(of.measure(outputs, "f1") == 50);
}

TEST_CASE("A threshold withholds answers, and the best one is found whichever is set") {
  const Measured of = asked(question("a", dog) + "," + question("b", ""));
  std::vector<Output> outputs = answers(*of.data, {{5, 5}, {5, 5}});
  outputs[0].scores[0] += 5;  // none beats dog by 2, and in the other question by 7
  outputs[1].scores[0] += 10;
  const auto measure = [&](const std::string& name) { return of.measure(outputs, name); };
  for (const auto& [threshold, f1] : std::vector<std::pair<int, double>>{{0, 50}, {2, 100}, {7, 50}}) {
    set(*of.task, "threshold", std::to_string(threshold));
    CHECK(measure("f1") == f1);
    CHECK(measure("best_f1") == 100);
    CHECK(measure("best_f1_threshold") == 2);
    CHECK(measure("has_answer_f1") == (threshold < 2 ? 0 : 100));
    CHECK(measure("no_answer_f1") == (threshold < 7 ? 100 : 0));
    CHECK(of.task->prediction(*of.data, 0, outputs)["prediction"] == (threshold < 2 ? "" : "dog"));
  }
  CHECK_THROWS_WITH(task_with("classify", {{"threshold", "1"}}), "unknown option 'threshold'");
}

TEST_CASE("A file to predict keeps its tags where the model knows them all") {
  const std::unique_ptr<Task> task = task_with("ner", {}, {"O", "B-LOC"});
  const auto labels_of = [&](const std::string& bytes) {
    const Datum data = read(*task, "d.conll", bytes, Use::predicting);
    CHECK(data->items[0].labels.size() == 4);
    const Record record = task->prediction(*data, 0, std::vector<Output>{{.labels = {0, 1}}});
    CHECK(record["prediction"] == Record({"O", "B-LOC"}));
    return record.contains("labels") ? record["labels"].dump() : "null";
  };
  CHECK(labels_of("cat O\ndog B-LOC\n") == R"(["O","B-LOC"])");
  CHECK(labels_of("cat NN\ndog NN\n") == "null");
  CHECK(labels_of("cat O\ndog\n") == "null");
  CHECK(labels_of("cat\ndog\n") == "null");
}

TEST_CASE("A word that the vocabulary lacks may be a name") {
  const std::unique_ptr<Task> task = task_with("ner", {}, {"O", "B-LOC"});
  const Datum data =
      task->data(task->asked({"cat Rome dog"}, "", *small_tokenizer()), *small_tokenizer(), Use::predicting);
  const std::vector<Output> outputs = scores({{9, 0, 0, 1, 0, 2, 3, 0, 9, 0}});  // [CLS] cat [UNK] dog [SEP]
  const Record said = task->pipeline(*data, 0, outputs, {.aggregation = "none"});
  REQUIRE(said.size() == 2);
  const auto check_name = [&](std::size_t i, const std::string& word, double score) {
    CHECK(said[i]["word"] == word);
    CHECK(said[i]["score"].number() == Catch::Approx(chance(score)));
  };
  check_name(0, "cat", 1);
  check_name(1, "Rome", 2);
}
