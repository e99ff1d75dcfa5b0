#include <algorithm>

#include "bert/tasks/forms/table.h"
#include "bert/tasks/forms/well_known.h"
#include "bert/tasks/forms/word_forms.h"
#include "bert/text/unicode/utf8.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

enum class Unit { list, word, character };

struct TagPlaces {
  ColumnPlace text = {}, tags = {};
};

TagPlaces tag_places(const Table& table, const ReadOptions& options) {
  const bool named = table.has_header();
  TagPlaces to;
  to.tags = named ? table.find_any(well_known::tags()) : ColumnPlace(table.columns().size() - 1);
  to.text = named ? table.find_any(well_known::words()) : ColumnPlace(0);
  if (!to.tags && named) to.tags = table.find_any(well_known::labels());
  if (!to.text && named) to.text = table.find_any(well_known::texts());
  if (!options.columns.text.empty()) to.text = table.column(options.columns.text);
  const bool if_there = options.label == LabelColumn::if_there;
  if (!options.columns.label.empty())
    to.tags = if_there ? table.find(options.columns.label) : table.column(options.columns.label);
  require(to.text.has_value(), "{}: which column has the words? Got {}, want its name or number", table.file(),
          table.column_names());
  require(if_there || (to.tags && to.tags != to.text), "{}: which column has the tags? Got {}, want its name or number",
          table.file(), table.column_names());
  if (to.tags == to.text) to.tags = {};
  return to;
}

bool is_list(const std::string& cell) { return cell.starts_with('['); }

std::vector<std::string> strings(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (const char32_t c : text::decoded(text)) characters.push_back(text::encoded({&c, 1}));
  return characters;
}

std::vector<std::string> tags_in(const std::string& cell) {
  return is_list(cell) ? values_of(cell) : strings(between_spaces(cell));
}

// Words or characters, whatever goes with more of the first rows' tags.
Unit unit_of(const Table& table, const TagPlaces& places) {
  std::int64_t words = 0, characters = 0;
  for (const Row& row : table.first_rows()) {
    const std::string& text = row.cells[*places.text];
    if (is_list(text)) return Unit::list;
    if (!places.tags) continue;
    const std::string& cell = row.cells[*places.tags];
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

class TaggedTable : public Form {
 public:
  explicit TaggedTable(const Source& source)
      : table_(source),
        places_(tag_places(table_, source.options)),
        others_(table_, {places_.text, places_.tags}),
        unit_(unit_of(table_, places_)) {
    about_.columns = {.text = table_.name(places_.text), .label = table_.name(places_.tags)};
    about_.others = others_.names(table_);
    about_.labelled = places_.tags.has_value();
    about_.form = form();
  }

  std::optional<FormRow> next() override {
    std::optional<RowResult> result = table_.next();
    if (!result) return {};
    FormRow to{.row = {.line = result->row.line}, .wrong = std::move(result->wrong)};
    if (!to.wrong.empty()) return to;
    try {
      to.wrong = read(result->row, to.row);
    } catch (const Error& error) {
      to.wrong = error.what();
    }
    return to;
  }

  std::size_t left() const override { return table_.left(); }
  const char* rows_are() const override { return "sentences"; }

 private:
  std::string form() const {
    const char* unit = unit_ == Unit::word ? "word" : "character";
    if (!table_.has_header() && places_.tags)
      return fmt::format("a sentence and its tags a line, a tag for each {}: {} text, {} label", unit,
                         about_.columns.text, about_.columns.label);
    const std::string columns = fmt::format("{}; {}", table_.kind(), text_of(about_.columns));
    if (unit_ == Unit::list) return columns + ", in lists";
    return places_.tags ? fmt::format("{}, a tag for each {}", columns, unit) : columns + ", cut at spaces";
  }

  // What is wrong with the row comes back.
  std::string read(Row& row, Example& to) const {
    const std::string& text = row.cells[*places_.text];
    to.parts = unit_ == Unit::list   ? values_of(text)
               : unit_ == Unit::word ? strings(between_spaces(text))
                                     : characters_of(text);
    if (places_.tags) to.labels = tags_in(row.cells[*places_.tags]);
    if (unit_ == Unit::character) drop_spaces(to);
    if (places_.tags && to.labels.size() != to.parts.size())
      return fmt::format("has {} tags for {} {}", to.labels.size(), to.parts.size(),
                         unit_ == Unit::character ? "characters" : "words");
    if (to.parts.empty()) return "has no words";
    to.text = unit_ == Unit::list ? joined(to.parts, " ") : text;
    to.places.assign(to.parts.size(), row.line);
    to.others = others_.cells(row);
    return {};
  }

  Table table_;
  TagPlaces places_;
  OtherColumns others_;
  Unit unit_;
};

}  // namespace

std::unique_ptr<Form> tagged_table(const Source& source) { return std::make_unique<TaggedTable>(source); }

}  // namespace bertlet::tasks
