// A student and its teacher: the parts of the loss, what is copied, who learns.
#include "bert/tasks/distilling.h"

#include "core/check/gradcheck.h"
#include "core/ops/reduce.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

const Tensor student_scores = Array::of({2, 3}, {1, real(-0.5), 2, 0, 3, -1});
const Tensor teacher_scores = Array::of({2, 3}, {real(0.5), real(1.5), -2, 2, real(0.25), 1});

double number(const Tensor& x) { return static_cast<double>(x.item()); }

// A classifier of two layers, with weights as drawn.
FineTuned teacher_with(double dropout) {
  FineTuned to{.setup = {.task = "classify"}, .tokenizer = {}, .labels = {}, .learner = {}};
  to.learner = recipe_named("classify").learner(small_config(dropout), to.setup, {});
  bert::initialise(to.learner->parameters(), to.learner->config(), 11);
  to.learner->parameters().freeze("*");
  return to;
}

struct Rows {
  std::unique_ptr<Data> data = read_rows(6);
  std::vector<const Item*> items;
  Rows() {
    for (const Item& item : data->items()) items.push_back(&item);
  }
};

double loss_on(const Learner& learner, const Rows& batch) {
  Pass pass;
  return number(learner.loss(learner.score(batch.items, pass), batch.items));
}

const std::vector<std::int64_t> first_layer = {0}, last_layer = {1}, both_layers = {0, 1};

}  // namespace

// What torch says: T² kl_div(batchmean), T² binary_cross_entropy_with_logits, CosineEmbeddingLoss.
TEST_CASE("The parts of a student's loss are PyTorch's", "[finetuning]") {
  CHECK(number(soft_loss(student_scores, teacher_scores, 2)) == Approx(2.4099753435915954).epsilon(1e-6));
  CHECK(number(soft_loss_of_each(student_scores, teacher_scores, 2)) == Approx(3.2440640952141497).epsilon(1e-6));
  CHECK(number(hidden_loss(student_scores, teacher_scores)) == Approx(1.3813346278573684).epsilon(1e-6));
  CHECK(number(soft_loss(teacher_scores, teacher_scores, 2)) == Approx(0).margin(1e-6));
}

TEST_CASE("The parts of a student's loss have the right gradients", "[finetuning]") {
  const auto proved = [](const auto& loss) {
    const TensorFunction f = [&](const std::vector<Tensor>& x) { return loss(x[0]); };
    return gradcheck(f, {student_scores.value()});
  };
  for (const double temperature : {1.0, 2.5}) {
    const GradcheckReport one = proved([&](const Tensor& x) { return soft_loss(x, teacher_scores, temperature); });
    CHECK(one.passed);
    const GradcheckReport each =
        proved([&](const Tensor& x) { return soft_loss_of_each(x, teacher_scores, temperature); });
    CHECK(each.passed);
  }
  CHECK(proved([&](const Tensor& x) { return hidden_loss(x, teacher_scores); }).passed);
}

TEST_CASE("The layers of a student lie evenly in its teacher", "[finetuning]") {
  using Layers = std::vector<std::int64_t>;
  CHECK(some_layers(12, 6) == Layers{0, 2, 4, 6, 8, 10});
  CHECK(some_layers(12, 4) == Layers{0, 3, 6, 9});
  CHECK(some_layers(4, 4) == Layers{0, 1, 2, 3});
  CHECK_THROWS_WITH(some_layers(2, 3), "distill: got 3 layers for a student, want 1 to 2");
}

TEST_CASE("A student begins with what its teacher has", "[finetuning]") {
  const FineTuned teacher = teacher_with(0);
  const std::unique_ptr<Learner> student = with_layers(teacher, last_layer);
  CHECK(student->config().num_hidden_layers == 1);
  for (const Parameter& parameter : student->parameters().list()) {
    CAPTURE(parameter.name);
    std::string name = parameter.name;
    if (const std::size_t at = name.find("layer.0."); at != std::string::npos) name[at + 6] = '1';
    CHECK(parameter.tensor.value().values() == teacher.learner->parameters().find(name).value().values());
    CHECK(parameter.tensor.wants_grad());
  }
  const Rows batch;
  CHECK(loss_on(*with_layers(teacher, both_layers), batch) == loss_on(*teacher.learner, batch));
  CHECK_THROWS_WITH(with_layers(teacher, std::vector<std::int64_t>{2}), "distill: got layer 2, want 0 to 1");
}

TEST_CASE("A student's loss is the sum of its parts by their weights", "[finetuning]") {
  const FineTuned teacher = teacher_with(0);
  const Rows batch;
  const auto loss = [&](const DistillingOptions& options, const std::vector<std::int64_t>& layers) {
    return loss_on(*distilling_learner(with_layers(teacher, layers), *teacher.learner, options), batch);
  };
  const double hard = loss({.soft = 0, .hard = 1, .hidden = 0}, first_layer);
  const double soft = loss({.soft = 1, .hard = 0, .hidden = 0}, first_layer);
  const double hidden = loss({.soft = 0, .hard = 0, .hidden = 1}, first_layer);
  CHECK(hard == Approx(loss_on(*with_layers(teacher, first_layer), batch)));
  CHECK(soft > 1e-4);
  CHECK(hidden > 1e-4);
  CHECK(loss({.soft = 5, .hard = 2, .hidden = 3}, first_layer) == Approx(5 * soft + 2 * hard + 3 * hidden));
  CHECK(loss({.soft = 1, .hard = 0, .hidden = 1}, both_layers) == Approx(0).margin(1e-6));
}

TEST_CASE("The teacher is asked without dropout, and does not learn", "[finetuning]") {
  const FineTuned teacher = teacher_with(0.5);
  const Rows batch;
  const std::unique_ptr<Learner> student =
      distilling_learner(with_layers(teacher, first_layer), *teacher.learner, {.soft = 1, .hard = 0, .hidden = 0});
  Pass training{.training = true, .rng = {.seed = 3}}, still;
  const Scored scored = student->score(batch.items, training);
  const Tensor loss = student->loss(scored, batch.items);
  const Tensor said = teacher.learner->score(batch.items, still).scores;
  CHECK(number(loss) == Approx(number(soft_loss(scored.scores, said, 2))));
  backward(loss);
  for (const Parameter& parameter : teacher.learner->parameters().list()) CHECK_FALSE(parameter.tensor.grad());
  CHECK(student->parameters().find("bert.encoder.layer.0.output.dense.weight").grad());
}

TEST_CASE("A teacher's task has classes that are chosen one by one", "[finetuning]") {
  const auto refused = [](const Setup& setup, const std::string& why) {
    CHECK_THROWS_WITH(check_teacher(setup, "run"), Catch::Matchers::ContainsSubstring(why));
  };
  for (const char* task : {"classify", "pair", "multilabel", "ner", "choice", "mlm", "siamese"})
    CHECK_NOTHROW(check_teacher({.task = task}, "run"));
  refused({.task = "regress"}, "run: is a model of regress, want one of classes");
  refused({.task = "qa"}, "is a model of qa");
  refused({.task = "ner", .crf = true}, "is a model of ner --crf");
  refused({.task = "siamese", .objective = "cosine"}, "is a model of siamese");
  refused({.task = "classify", .top = {.layers = "mixed"}}, "its head looks at the layers 'mixed'");
}

TEST_CASE("Distilling that was interrupted anywhere and resumed leaves the same bits", "[finetuning]") {
  const FineTuned teacher = teacher_with(0.1);
  check_resumed([&] {
    return std::make_unique<Lesson>(distilling_learner(with_layers(teacher, first_layer), *teacher.learner, {}),
                                    read_rows(11), read_rows(7));
  });
}
