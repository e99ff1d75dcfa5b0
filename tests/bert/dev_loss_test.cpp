// The loss on dev: a measure of every task, beside its own.
#include <algorithm>

#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

struct Case {
  std::string task, file, dev;
  Values values = {};
  std::vector<std::string> labels = {};
};

std::string named(const Case& of) {
  std::string to = of.task;
  for (const auto& [name, value] : of.values) to += " --" + name + " " + value;
  return to;
}

const std::string texts = rows_of(7), pairs =
                                          "sentence1\tsentence2\tlabel\n"
                                          "cat\tdog bird\tyes\ncat sat\tno\tno\nran\tcat dog bird sat ran\tno\n"
                                          "bird bird bird\tcat\tyes\nno\tyes\tno\n";
const std::string numbers =
    "sentence1\tsentence2\tscore\n"
    "cat\tdog bird\t0.5\ncat sat\tno\t1\nran\tcat dog bird sat ran\t0\nno\tyes\t0.25\n";
const std::string words =
    "cat B-A\nsat O\n\ndog B-A\nran I-A\nbird O\ncat O\nno O\nyes B-A\nran O\nsat O\ncat I-A\n\n"
    "bird O\n\nno B-A\nno I-A\nno O\nran O\n";
const std::string endings =
    "sent1,sent2,ending0,ending1,ending2,label\n"
    "cat,so,sat,ran ran ran,no,0\ndog dog,,sat,ran,yes cat,2\nbird,no,sat,ran,cat,1\n";
const std::string order =
    "sentence1\tsentence2\tlabel\n"
    "cat\tdog bird\tfollows\ncat sat\tno\telsewhere\nran\tcat dog bird sat ran\tfollows\n";
const std::string lines =
    "cat dog bird sat ran no yes cat\nno\nyes yes cat\n\nbird sat ran no cat dog bird sat no yes\n";

const std::vector<std::string> yes_no = {"no", "yes"}, tags = {"O", "B-A", "I-A"};

const std::vector<Case> cases = {
    {"classify", "d.tsv", texts, {}, yes_no},
    {"classify", "d.tsv", texts, {{"windows", "true"}, {"max-length", "6"}}, yes_no},
    {"classify", "d.tsv", texts, {{"windows", "true"}, {"max-length", "6"}, {"combine", "attention"}}, yes_no},
    {"pair", "d.tsv", pairs, {}, yes_no},
    {"multilabel", "d.tsv", "text\tlabels\ncat\ta,b\ndog bird\tc\nbird sat ran\t\nno\tb\n", {}, {"a", "b", "c"}},
    {"regress", "d.tsv", numbers},
    {"ner", "d.conll", words, {}, tags},
    {"ner", "d.conll", words, {{"crf", "true"}}, tags},
    {"ner", "d.conll", words, {{"max-length", "6"}}, tags},
    {"ner", "d.conll", words, {{"crf", "true"}, {"max-length", "6"}}, tags},
    {"choice", "d.csv", endings},
    {"siamese", "d.tsv", numbers, {{"objective", "cosine"}}},
    {"siamese", "d.tsv", pairs, {{"objective", "classes"}}, yes_no},
    {"next-sentence", "d.tsv", order},
    {"mlm", "d.txt", lines},
    {"mlm", "d.txt", lines, {{"max-length", "6"}}},
    {"causal", "d.txt", lines},
    {"causal", "d.txt", lines, {{"max-length", "6"}}},
};

// As a step of training has it, but without dropout, where all examples are one batch.
double learned(const FineTuned& model, const Data& data) {
  Pass pass;
  return static_cast<double>(model.loss(model.score(all_of(data), pass)).item());
}

void check_loss(const FineTuned& model, const Data& dev, double want) {
  for (const int64_t tokens : {1, 13, 30, 60, 4096}) {
    CAPTURE(tokens);
    const Outcome outcome = model.outcome(dev, tokens);
    REQUIRE(outcome.loss);
    CHECK(*outcome.loss == Approx(want).epsilon(2e-6));  // float, in sums of another order
    const metrics::Measures own = measures(*model.task, dev, outcome.outputs), all = measures(model, dev, outcome);
    const bool has = metrics::find(own, "loss") != nullptr;
    REQUIRE(all.size() == own.size() + (has ? 0 : 1));
    for (std::size_t i = 0; i < own.size(); ++i) CHECK(all[i].name == own[i].name);
    CHECK(value_of(all, "loss") == Approx(want).epsilon(2e-6));
    CHECK(metrics::find(all, "loss")->better == metrics::Better::smaller);
    if (!has) CHECK(all.back().name == "loss");
  }
}

}  // namespace

TEST_CASE("The loss on dev is the training's without dropout, over all of dev, however it is batched", "[finetuning]") {
  for (const Case& each : cases) {
    INFO(named(each));
    const FineTuned model = small_model(task_with(each.task, each.values, each.labels), 0.5);
    const Datum dev = read(*model.task, each.file, each.dev);
    check_loss(model, *dev, learned(model, *dev));
  }
}

TEST_CASE("Smoothed labels and weights of classes are for training: on dev all rows count alike", "[finetuning]") {
  std::shared_ptr<Task> task = task_with("classify", {}, yes_no);
  task->balanced = true;
  task->smoothing = 0.1;
  Lesson lesson(small_model(task, 0), read_rows(7), read_rows(7), {.batch = 7});  // 6 are no, and one is yes
  Pass pass;
  const Scores scores = lesson.model.score(all_of(*lesson.dev), pass);
  CHECK(value_of(lesson.tuning.evaluate(), "loss") == Approx(learned(lesson.model, *lesson.dev)));
  CHECK(lesson.tuning.next(pass).mean.item() ==
        Approx(cross_entropy(scores.scored.scores, scores.wanted.labels,
                             {.weights = Array::of({2}, {real(7) / 12, real(7) / 2}), .smoothing = real(0.1)})
                   .item()));
}

TEST_CASE("Each task has its loss on dev tried", "[finetuning]") {
  for (const std::string& name : task_names()) {
    INFO(name);
    CHECK((name == "qa" || std::ranges::find(cases, name, &Case::task) != cases.end()));
  }
}

TEST_CASE("The loss on dev is that of windows whose answer is known", "[finetuning]") {
  const auto question = [](const std::string& id, const std::string& rest) {
    return R"({"question": "bird", "id": ")" + id + "\", " + rest + "}";
  };
  const std::string known = question("a", R"("answers": [{"text": "dog", "answer_start": 8}])") + ", " +
                            question("b", R"("answers": [], "is_impossible": true)");
  const std::string lost = question("c", R"("answers": [{"text": "bird", "answer_start": 0}])");
  const auto squad = [](const std::string& questions) {
    return R"({"data": [{"paragraphs": [{"context": "cat sat dog ran no yes cat", "qas": [)" + questions + "]}]}]}";
  };
  const FineTuned model = small_model(task_with("qa", {{"max-length", "8"}, {"stride", "2"}}), 0.5);
  const Datum train = read(*model.task, "train.json", squad(known), Use::training);
  const Datum dev = read(*model.task, "dev.json", squad(known + ", " + lost));
  REQUIRE(dev->items.size() == train->items.size() / 2 * 3);  // three questions instead of two
  check_loss(model, *dev, learned(model, *train));
}

TEST_CASE("Without labels there is no loss", "[finetuning]") {
  for (const Case& each : cases) {
    if (each.task == "mlm") continue;  // where there are masks and no labels
    INFO(named(each));
    const FineTuned model = small_model(task_with(each.task, each.values, each.labels), 0);
    const Datum asked = read(*model.task, each.file, each.dev, Use::predicting);
    asked->examples.labelled = false;
    CHECK_FALSE(model.outcome(*asked).loss);
  }
}

TEST_CASE("The loss on dev is logged, and the best model may be the one with the least", "[finetuning]") {
  const Scratch scratch;
  Lesson lesson(small_model(task_with("classify", {}, yes_no), 0.1), read_rows(11), read_rows(7, {"yes", "no"}));
  const train::RunDirectory run(scratch.path() / "run", train::IfThere::refuse);
  train::TrainerOptions options = ten_steps();
  options.evaluate_every = 1;
  options.best_by = "loss";
  train::train(lesson.tuning, options, run);
  std::vector<double> seen;
  for (const io::Json& line : lines_of(run.path()))
    if (line.contains("evaluation")) {
      CHECK(line["evaluation"].items().back().key == "loss");
      seen.push_back(line["evaluation"]["loss"].number());
    }
  REQUIRE(seen.size() >= 10);
  const double least = std::ranges::min(seen);
  CHECK(seen.back() > least);
  const FineTuned best = read_fine_tuned(run.path());
  CHECK(*best.outcome(*lesson.dev).loss == Approx(least).epsilon(1e-6));
}
