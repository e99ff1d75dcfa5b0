// Whether a text follows another: the classes are BERT's own two.
#include <cmath>

#include "bert/io/models/pretrained.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
using Catch::Matchers::EndsWith;

namespace {

using Ids = std::vector<int64_t>;

const std::string pairs = "sentence1\tsentence2\tlabel\ncat sat\tdog ran\tfollows\nbird\tno\telsewhere\n";

double number(real x) { return static_cast<double>(x); }

}  // namespace

TEST_CASE("Two texts are one sequence, and the second one follows or stands elsewhere") {
  const std::unique_ptr<Task> task = make_task("next-sentence");
  const Datum data = read(*task, "d.tsv", pairs);
  CHECK(data->items[0].sequences[0].ids == Ids{2, 7, 10, 3, 8, 11, 3});
  CHECK(data->items[0].sequences[0].types == Ids{0, 0, 0, 0, 1, 1, 1});
  CHECK(data->items[0].labels == Ids{0});
  CHECK(data->items[1].labels == Ids{1});
  CHECK_THROWS_WITH(read(*task, "d.tsv", "sentence1\tsentence2\tlabel\ncat\tdog\tbefore\n"),
                    EndsWith("d.tsv:2: got the label 'before', want 'follows', 'elsewhere'"));
  for (const char* option : {"head", "pool", "windows", "part"})
    CHECK_THROWS_WITH(set(*task, option, "mean"), Catch::Matchers::ContainsSubstring("unknown option"));
}

TEST_CASE("The head for it is the pre-trained one") {
  const FineTuned model = small_model(make_task("next-sentence"), 0);
  CHECK(model.network->parameters().find("cls.seq_relationship.weight").shape() == Shape{2, 16});
  CHECK_FALSE(model.network->parameters().find("classifier.weight"));
  CHECK(model.network->config().file["architectures"][0] == "BertForNextSentencePrediction");
}

TEST_CASE("What is learned is the cross-entropy of the two, and what is said their softmax") {
  const FineTuned model = small_model(make_task("next-sentence"), 0);
  const Datum data = read(*model.task, "d.tsv", pairs);
  const Outcome outcome = model.outcome(*data);
  double loss = 0, right = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<real>& scores = outcome.outputs[i].scores;
    REQUIRE(scores.size() == 2);
    const double sum = std::exp(number(scores[0])) + std::exp(number(scores[1]));
    loss += (std::log(sum) - number(scores[i])) / 2;
    right += scores[i] > scores[1 - i];
    const Record said = model.task->prediction(*data, static_cast<int64_t>(i), outcome.outputs);
    CHECK(said["p(follows)"].number() == Approx(std::exp(number(scores[0])) / sum));
    CHECK(said["p(elsewhere)"].number() == Approx(std::exp(number(scores[1])) / sum));
    CHECK(said["prediction"] == (scores[0] > scores[1] ? "follows" : "elsewhere"));
  }
  CHECK(*outcome.loss == Approx(loss).epsilon(1e-6));
  CHECK(measures(*model.task, *data, outcome.outputs)[0].value == right / 2);
}

TEST_CASE("It is learned, and resumed to the same bits", "[finetuning]") {
  std::string rows = "sentence1\tsentence2\tlabel\n";
  for (int i = 0; i < 12; ++i)
    rows += i % 2 == 0 ? "cat sat\tbird ran bird\tfollows\n" : "cat sat\tno yes dog\telsewhere\n";
  const auto lesson = [&] {
    FineTuned model = small_model(make_task("next-sentence"), 0.1);
    Datum train = read(*model.task, "d.tsv", rows, Use::training), dev = read(*model.task, "d.tsv", rows);
    return std::make_unique<Lesson>(std::move(model), std::move(train), std::move(dev));
  };
  check_resumed(lesson);
  const Scratch scratch;
  const std::unique_ptr<Lesson> one = lesson();
  train::train(one->tuning, ten_steps(), {scratch.path() / "run", train::IfThere::refuse});
  CHECK(value_of(one->tuning.evaluate(), "accuracy") == 1);
}

TEST_CASE("A model for it that transformers saved needs no task.json", "[finetuning]") {
  const Scratch scratch;
  const FineTuned model = small_model(make_task("next-sentence"), 0);
  model.write(scratch.path() / "model");
  std::filesystem::remove(scratch.path() / "model" / "task.json");
  std::filesystem::remove(scratch.path() / "model" / "label.txt");
  const FineTuned read_again = read_fine_tuned(scratch.path() / "model");
  CHECK(read_again.task->facts().name == "next-sentence");
  const Datum data = read(*model.task, "d.tsv", pairs);
  CHECK(read_again.outcome(*data).outputs[1].scores == model.outcome(*data).outputs[1].scores);
}
