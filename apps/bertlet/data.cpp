#include "apps/bertlet/data.h"

namespace apps {

tasks::ExampleOptions example_options(const DataChoice& choice) {
  return {.texts = choice.pair ? tasks::Texts::two : tasks::Texts::one,
          .label = tasks::LabelColumn::if_there,
          .columns = {choice.text, choice.text_b, choice.label}};
}

void add_data_options(Command& command, DataChoice& choice) {
  command.flag("--pair", choice.pair, "Rows have two texts");
  command.text("--text-column", "NAME", choice.text, "Name or number; if not given, it is found by well-known names");
  command.text("--text-b-column", "NAME", choice.text_b, "Of the second text");
  command.text("--label-column", "NAME", choice.label, "Of the label");
}

void add_data(const Command& program) {
  const Command data = program.add_family("data", "Look into labelled data; convert them",
                                          "Each has its own --help. Example: bertlet data report --help");
  add_data_convert(data);
  add_data_report(data);
}

}  // namespace apps
