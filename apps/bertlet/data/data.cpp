#include "apps/bertlet/data/data.h"

namespace apps {

void add_column_options(Command& command, tasks::ColumnChoice& columns) {
  command.text("--text", "COLUMN", columns.text, "Name or number; if not given, it is found by well-known names");
  command.text("--text-b", "COLUMN", columns.text_b, "Of the second text");
  command.text("--label", "COLUMN", columns.label, "Of the label");
}

void add_data(const Command& program) {
  const Command data = program.add_family("data", "Look into labelled data; convert them",
                                          "Each has its own --help. Example: bertlet data report --help");
  add_data_convert(data);
  add_data_report(data);
}

}  // namespace apps
