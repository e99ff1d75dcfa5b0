#pragma once
#include "bert/tasks/finetuning.h"

// A small model that learns from a large one (Hinton et al. 2015, Sanh et al. 2019).
//
//   const FineTuned teacher = read_teacher("run");
//   const FineTuned student = with_layers(teacher, some_layers(12, 6));
//   FineTuning tuning(student, train, &dev, {}, distilling_loss(student, teacher, {}));
namespace bertlet::tasks {

struct DistillingOptions {
  double temperature = 2;             // T, by which scores are divided
  double soft = 5, hard = 2;          // how much what the teacher says and the labels weigh
  std::optional<double> hidden = {};  // and the last states: otherwise 1, or 0 where they are of another width

  void visit(const options::Visitor& f);
};

// A model that was fine-tuned, its run, or a BERT with a head for hidden words. An error if nobody can learn from it.
FineTuned read_teacher(const std::filesystem::path& directory);

// So many of the layers, evenly: of 12 layers 6 are 0, 2, 4, 6, 8, 10.
std::vector<int64_t> some_layers(int64_t layers, int64_t count);

// The teacher with these of its layers alone, and its dropout or another.
FineTuned with_layers(const FineTuned& teacher, std::span<const int64_t> layers, std::optional<double> dropout = {});

// The student's loss:
//   soft T² KL(teacher / T ‖ student / T) + hard · the task's own + hidden (1 − cos(student's states, teacher's)).
// where the second part is that of the items that have a label. Of several labels at once each is soft by itself, in a
// binary cross-entropy. The teacher is run without dropout; both live longer.
FineTuning::Loss distilling_loss(const FineTuned& student, const FineTuned& teacher, const DistillingOptions& options);

// The parts of the loss; the teacher's tensors are constants. Means over rows, and in the second one over labels too.
Tensor soft_loss(const Tensor& student, const Tensor& teacher, double temperature);
Tensor soft_loss_of_each(const Tensor& student, const Tensor& teacher, double temperature);
Tensor hidden_loss(const Tensor& student, const Tensor& teacher);

}  // namespace bertlet::tasks
