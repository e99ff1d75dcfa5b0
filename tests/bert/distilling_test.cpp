// A student and its teacher: the parts of the loss, what is copied, who learns.
#include "bert/tasks/distilling.h"

#include "core/check/gradcheck.h"
#include "core/ops.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
using Catch::Matchers::EndsWith;

namespace {

const Tensor student_scores = Array::of({2, 3}, {1, real(-0.5), 2, 0, 3, -1});
const Tensor teacher_scores = Array::of({2, 3}, {real(0.5), real(1.5), -2, 2, real(0.25), 1});

double number(const Tensor& x) { return static_cast<double>(x.item()); }

// A classifier of two layers, with weights as drawn.
FineTuned teacher_with(double dropout, const Values& values = {}) {
  FineTuned to = small_model(task_with("classify", values, {"no", "yes"}), dropout, 11);
  to.network->parameters().freeze("*");
  to.all_states = true;
  return to;
}

struct Rows {
  Datum data = read_rows(6);
  std::vector<const Item*> items = all_of(*data);
};

double loss_on(const FineTuned& model, const Rows& batch, const FineTuning::Loss& loss = {}) {
  Pass pass;
  const Scores scores = model.score(batch.items, pass);
  return number(loss ? loss(scores, batch.items) : model.loss(scores));
}

const std::vector<int64_t> first_layer = {0}, last_layer = {1}, both_layers = {0, 1};

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
  using Layers = std::vector<int64_t>;
  CHECK(some_layers(12, 6) == Layers{0, 2, 4, 6, 8, 10});
  CHECK(some_layers(12, 4) == Layers{0, 3, 6, 9});
  CHECK(some_layers(4, 4) == Layers{0, 1, 2, 3});
  CHECK_THROWS_WITH(some_layers(2, 3), "distill: got 3 layers for a student, want 1 to 2");
}

TEST_CASE("A student begins with what its teacher has", "[finetuning]") {
  const FineTuned teacher = teacher_with(0);
  const FineTuned student = with_layers(teacher, last_layer);
  CHECK(student.network->config().num_hidden_layers == 1);
  for (const Parameter& parameter : student.network->parameters().list()) {
    CAPTURE(parameter.name);
    std::string name = parameter.name;
    if (const std::size_t at = name.find("layer.0."); at != std::string::npos) name[at + 6] = '1';
    CHECK(parameter.tensor.value().values() == teacher.network->parameters().find(name).value().values());
    CHECK(parameter.tensor.wants_grad());
  }
  const Rows batch;
  CHECK(loss_on(with_layers(teacher, both_layers), batch) == loss_on(teacher, batch));
  CHECK_THROWS_WITH(with_layers(teacher, std::vector<int64_t>{2}), "distill: got layer 2, want 0 to 1");
}

TEST_CASE("A student's loss is the sum of its parts by their weights", "[finetuning]") {
  const FineTuned teacher = teacher_with(0);
  const Rows batch;
  const auto loss = [&](const DistillingOptions& options, const std::vector<int64_t>& layers) {
    const FineTuned student = with_layers(teacher, layers);
    return loss_on(student, batch, distilling_loss(student, teacher, options));
  };
  const double hard = loss({.soft = 0, .hard = 1, .hidden = 0}, first_layer);
  const double soft = loss({.soft = 1, .hard = 0, .hidden = 0}, first_layer);
  const double hidden = loss({.soft = 0, .hard = 0, .hidden = 1}, first_layer);
  CHECK(hard == Approx(loss_on(with_layers(teacher, first_layer), batch)));
  CHECK(soft > 1e-4);
  CHECK(hidden > 1e-4);
  CHECK(loss({.soft = 5, .hard = 2, .hidden = 3}, first_layer) == Approx(5 * soft + 2 * hard + 3 * hidden));
  CHECK(loss({.soft = 1, .hard = 0, .hidden = 1}, both_layers) == Approx(0).margin(1e-6));
}

TEST_CASE("The teacher is asked without dropout, and does not learn", "[finetuning]") {
  const FineTuned teacher = teacher_with(0.5), student = with_layers(teacher, first_layer);
  const Rows batch;
  Pass training{.training = true, .rng = {.seed = 3}}, still;
  const Scores scores = student.score(batch.items, training);
  const Tensor loss = distilling_loss(student, teacher, {.soft = 1, .hard = 0, .hidden = 0})(scores, batch.items);
  const Tensor said = teacher.score(batch.items, still).scored.scores;
  CHECK(number(loss) == Approx(number(soft_loss(scores.scored.scores, said, 2))));
  backward(loss);
  for (const Parameter& parameter : teacher.network->parameters().list()) CHECK_FALSE(parameter.tensor.grad());
  CHECK(student.network->parameters().find("bert.encoder.layer.0.output.dense.weight").grad());
}

TEST_CASE("Texts without labels are learned by what the teacher says of them alone", "[finetuning]") {
  const FineTuned teacher = teacher_with(0), student = with_layers(teacher, first_layer);
  Rows batch;
  const DistillingOptions options{.soft = 1, .hard = 3, .hidden = 0};
  const FineTuning::Loss loss = distilling_loss(student, teacher, options);
  const double whole = loss_on(student, batch, loss);
  const double hard = loss_on(student, batch);
  for (Item& item : batch.data->items) item.labels = {no_label};
  CHECK(loss_on(student, batch, loss) == Approx(whole - 3 * hard).margin(1e-6));
}

TEST_CASE("A teacher's task has classes that are chosen one by one", "[finetuning]") {
  const auto why = [](const std::string& name, const Values& values = {}) {
    return task_with(name, values)->cannot_teach();
  };
  for (const char* task : {"classify", "pair", "multilabel", "ner", "choice", "mlm"}) CHECK(why(task) == "");
  CHECK(why("siamese", {{"objective", "classes"}}) == "");
  CHECK(why("regress") == "has no classes that are chosen one by one");
  CHECK(why("qa") == "has no classes that are chosen one by one");
  CHECK(why("ner", {{"crf", "true"}}) == "chooses the tags of a sentence together (--crf)");
  CHECK(why("siamese", {{"objective", "cosine"}}) == "learns no classes; want --objective classes");
  for (const char* task : {"classify", "pair", "multilabel", "ner"})
    CHECK(why(task, {{"layers", "1"}}) == "has a head that reads other layers than the last");

  const Scratch scratch;
  FineTuned model = teacher_with(0, {{"layers", "mixed"}, {"pool", "mean"}});
  model.write(scratch.path() / "run");
  CHECK_THROWS_WITH(read_teacher(scratch.path() / "run"),
                    EndsWith("run: a model for classify has a head that reads other layers than the last, so no "
                             "student can learn from it"));
}

TEST_CASE("Distilling that was interrupted anywhere and resumed leaves the same bits", "[finetuning]") {
  const FineTuned teacher = teacher_with(0.1);
  // The loss looks at the student that the lesson has.
  struct Student : Lesson {
    explicit Student(const FineTuned& of)
        : Lesson(with_layers(of, first_layer), read_rows(11), read_rows(7), {.batch = 4},
                 [this, &of](const Scores& scores, ItemSpan items) {
                   return distilling_loss(model, of, {})(scores, items);
                 }) {}
  };
  check_resumed([&] { return std::make_unique<Student>(teacher); });
}
