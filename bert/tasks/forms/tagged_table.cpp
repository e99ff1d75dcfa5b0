#include <fmt/format.h>

#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "bert/text/unicode/utf8.h"
#include "core/names.h"

namespace bertlet::tasks {

namespace {

enum class Unit { list, word, character };

Places tag_places(const Table& table, const ReadOptions& options) {
  Places to{.text = 0, .label = table.columns().size() - 1};
  if (table.has_header()) {
    to = {.text = table.find_any(well_known::words), .label = table.find_any(well_known::tags)};
    if (!to.text) to.text = table.find_any(well_known::texts);
    if (!to.label) to.label = table.find_any(well_known::labels);
  }
  const bool if_there = options.label == LabelColumn::if_there;
  if (!options.columns.text.empty()) to.text = table.column(options.columns.text);
  if (!options.columns.label.empty())
    to.label = if_there ? table.find(options.columns.label) : table.column(options.columns.label);
  table.require_place(to.text, "has the words");
  if (to.label == to.text) to.label = {};
  if (!if_there) table.require_place(to.label, "has the tags");
  return to;
}

bool is_list(const std::string& cell) { return cell.starts_with('['); }

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (const char32_t c : text::decoded(text)) characters.push_back(text::encoded({&c, 1}));
  return characters;
}

std::vector<std::string> tags_in(const std::string& cell) {
  return is_list(cell) ? values_of(cell) : between_spaces(cell);
}

// Words or characters, whatever goes with more of the first rows' tags.
Unit unit_of(const Table& table, const Places& places) {
  int64_t words = 0, characters = 0;
  for (const Row& row : table.first_rows()) {
    const std::string& text = row.cells[*places.text];
    if (is_list(text)) return Unit::list;
    if (!places.label) continue;
    const std::string& cell = row.cells[*places.label];
    const std::size_t tags = is_list(cell) ? 0 : between_spaces(cell).size();
    words += tags == between_spaces(text).size();
    characters += tags == characters_of(text).size() || tags == characters_of(joined(between_spaces(text), "")).size();
  }
  return words >= characters ? Unit::word : Unit::character;
}

bool is_space(const std::string& character) { return is_blank(character) || character == "\u3000"; }

// Characters between words need no tag; if they have one, it goes with them.
void drop_spaces(Example& row) {
  const bool with_tags = row.labels.size() == row.parts.size();
  std::vector<std::string> parts, labels;
  for (std::size_t i = 0; i < row.parts.size(); ++i) {
    if (is_space(row.parts[i])) continue;
    parts.push_back(std::move(row.parts[i]));
    if (with_tags) labels.push_back(std::move(row.labels[i]));
  }
  row.parts = std::move(parts);
  if (with_tags) row.labels = std::move(labels);
}

class TaggedTable : public TableForm {
 public:
  explicit TaggedTable(const Source& source) : TableForm(source) {
    reads(tag_places(table_, source.options));
    unit_ = unit_of(table_, places_);
    about_.form = form();
  }

 private:
  std::string form() const {
    const char* unit = unit_ == Unit::word ? "word" : "character";
    if (!table_.has_header() && places_.label)
      return fmt::format("a sentence and its tags a line, a tag for each {}: {} text, {} label", unit,
                         about_.columns.text, about_.columns.label);
    if (unit_ == Unit::list) return about_.form + ", in lists";
    return about_.form + (places_.label ? fmt::format(", a tag for each {}", unit) : ", cut at spaces");
  }

  std::string read(Row& row, Example& to) const override {
    const std::string& text = row.cells[*places_.text];
    to.parts = unit_ == Unit::list ? values_of(text) : unit_ == Unit::word ? between_spaces(text) : characters_of(text);
    if (places_.label) to.labels = tags_in(row.cells[*places_.label]);
    if (unit_ == Unit::character) drop_spaces(to);
    if (places_.label && to.labels.size() != to.parts.size())
      return fmt::format("has {} tags for {} {}", to.labels.size(), to.parts.size(),
                         unit_ == Unit::character ? "characters" : "words");
    if (to.parts.empty()) return "has no words";
    to.text = unit_ == Unit::list ? joined(to.parts, " ") : text;
    to.places.assign(to.parts.size(), row.line);
    return {};
  }

  Unit unit_ = Unit::word;
};

}  // namespace

std::unique_ptr<Form> tagged_table(const Source& source) { return std::make_unique<TaggedTable>(source); }

}  // namespace bertlet::tasks
