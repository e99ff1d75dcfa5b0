#include "apps/bertlet/finetuning/distill_options.h"

#include "core/require.h"

namespace apps {

bertlet::io::Json json_of(const DistillOptions& options) {
  bertlet::io::Json to{{"teacher", options.teacher},         {"unlabelled", options.unlabelled},
                       {"from_layers", options.from_layers}, {"temperature", options.loss.temperature},
                       {"soft", options.loss.soft},          {"hard", options.loss.hard}};
  if (options.student_layers) to["student_layers"] = *options.student_layers;
  if (options.hidden) to["hidden"] = *options.hidden;
  return to;
}

void add_distill_options(Command& command, DistillOptions& options) {
  command.text("--teacher", "DIR", options.teacher, "A model that was fine-tuned, its run, or a BERT for hidden words",
               Needed::yes);
  command.text("--unlabelled", "F", options.unlabelled, "More texts, of which what the teacher says counts alone");
  command.number("--student-layers", options.student_layers, "So many of the teacher's; otherwise every other one");
  command.numbers("--from-layers", options.from_layers, "Which of the teacher's layers, counted from 0: 0,2,4",
                  {0, 1000});
  command.number("--temperature", options.loss.temperature, "By which scores are divided", {0.01});
  command.number("--soft", options.loss.soft, "How much what the teacher says weighs");
  command.number("--hard", options.loss.hard, "How much the labels weigh");
  command.number("--hidden", options.hidden,
                 "How much the last states weigh; otherwise 1, or 0 where the student is of another width");
}

std::vector<std::int64_t> layers_for(const DistillOptions& options, std::int64_t teachers) {
  bertlet::require(!options.student_layers || options.from_layers.empty(),
                   "finetune: got --student-layers and --from-layers, want one of them");
  if (!options.from_layers.empty()) return options.from_layers;
  return bertlet::tasks::some_layers(teachers, options.student_layers.value_or((teachers + 1) / 2));
}

bertlet::tasks::DistillingOptions loss_for(const DistillOptions& options, bool equal_widths) {
  bertlet::tasks::DistillingOptions to = options.loss;
  to.hidden = options.hidden.value_or(equal_widths ? to.hidden : 0);
  return to;
}

}  // namespace apps
