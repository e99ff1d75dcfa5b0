#include "bert/tasks/tables/text_lines.h"

#include <algorithm>
#include <array>

#include "bert/io/file.h"
#include "bert/io/lines.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::array<std::string_view, 4> tables = {".tsv", ".csv", ".json", ".jsonl"};

Examples lines_of(const std::filesystem::path& file, BadRows bad_rows) {
  Examples to{.file = file.string(), .columns = {.text = "text"}};
  const std::string bytes = io::read_file(file);
  std::int64_t number = 0;
  for (const std::string_view ended : io::split_lines(plain_text(bytes, to.file))) {
    const std::string_view line = without_carriage_return(ended);
    Example row{.line = ++number, .text = std::string(line)};
    if (is_blank(line)) continue;
    std::string why = what_is_wrong(line);
    require(why.empty() || bad_rows == BadRows::collected, "{}: {}", to.place(row), why);
    if (why.empty())
      to.rows.push_back(std::move(row));
    else
      to.bad_rows.push_back({number, std::move(why)});
  }
  return to;
}

}  // namespace

Examples read_texts(const std::filesystem::path& file, const ExampleOptions& options) {
  if (std::ranges::find(tables, file.extension().string()) == tables.end())
    return lines_of(file, options.table.bad_rows);
  ExampleOptions texts_alone = options;
  texts_alone.texts = Texts::one;
  texts_alone.label = LabelColumn::if_there;
  Examples to = read_examples(file, texts_alone);
  to.columns.label.clear();
  for (Example& row : to.rows) row.label.clear();
  return to;
}

}  // namespace bertlet::tasks
