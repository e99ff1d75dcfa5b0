#include "bert/tasks/predictions_file.h"

#include "bert/io/file.h"
#include "core/joined.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t written_at_once = std::size_t{1} << 20;

std::string cell(const Record& value) {
  const std::string text = value.is_string() ? value.string() : value.dump();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string csv_line(const Record& record, bool names) {
  std::vector<std::string> cells;
  for (const auto& [name, value] : record.items()) cells.push_back(cell(names ? Record(name) : value));
  return fmt::format("{}\n", joined(cells, ","));
}

}  // namespace

void write_predictions(const std::filesystem::path& file, std::span<const Record> records) {
  const bool lines = file.extension() == ".jsonl";
  io::FileWriter to(file);
  std::string text = lines || records.empty() ? "" : csv_line(records[0], true);
  for (const Record& record : records) {
    text += lines ? record.dump() + "\n" : csv_line(record, false);
    if (text.size() < written_at_once) continue;
    to.write(text);
    text.clear();
  }
  to.write(text);
  to.commit();
}

}  // namespace bertlet::tasks
