#pragma once
#include <optional>

#include "apps/bertlet/command.h"
#include "bert/tasks/distilling.h"

namespace apps {

// What `bertlet finetune distill` is told of the teacher, and of the student that has some of its layers.
struct DistillOptions {
  std::string teacher = {}, unlabelled = {};
  std::optional<std::int64_t> student_layers = {};
  std::vector<std::int64_t> from_layers = {};
  bertlet::tasks::DistillingOptions loss = {};
  std::optional<double> hidden = {};
};
bertlet::io::Json json_of(const DistillOptions& options);
void add_distill_options(Command& command, DistillOptions& options);

std::vector<std::int64_t> layers_for(const DistillOptions& options, std::int64_t teachers);

// Without --hidden the states count where they have as many numbers as the teacher's.
bertlet::tasks::DistillingOptions loss_for(const DistillOptions& options, bool equal_widths);

}  // namespace apps
