#include "bert/tasks/records_file.h"

#include "core/names.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t written_at_once = std::size_t{1} << 20;

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string tsv_cell(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

RecordsFile::RecordsFile(const std::filesystem::path& file, std::vector<std::string> columns)
    : to_(file),
      columns_(std::move(columns)),
      objects_(file.extension() == ".jsonl"),
      between_(file.extension() == ".tsv" ? '\t' : ',') {}

io::Json RecordsFile::chosen(const io::Json& record) const {
  if (columns_.empty()) return record;
  io::Json to = io::Json::object();
  for (const std::string& column : columns_) {
    const io::Json* value = record.find(column);
    std::vector<std::string> known;
    for (const auto& [name, each] : record.items()) known.push_back(name);
    require(value != nullptr, "--columns: got '{}', want some of: {}", column, joined(known, " "));
    to[column] = *value;
  }
  return to;
}

std::string RecordsFile::line_of(const io::Json& record, bool names) const {
  std::vector<std::string> cells;
  for (const auto& [name, value] : record.items()) {
    const std::string text = names ? name : value.is_string() ? value.string() : value.dump();
    cells.push_back(between_ == ',' ? csv_cell(text) : tsv_cell(text));
  }
  return joined(cells, std::string_view(&between_, 1)) + "\n";
}

void RecordsFile::write(const io::Json& whole) {
  const io::Json record = chosen(whole);
  if (!objects_ && !begun_) text_ += line_of(record, true);
  begun_ = true;
  text_ += objects_ ? record.dump() + "\n" : line_of(record, false);
  if (text_.size() < written_at_once) return;
  to_.write(text_);
  text_.clear();
}

void RecordsFile::commit() {
  to_.write(text_);
  to_.commit();
}

}  // namespace bertlet::tasks
