#include <algorithm>

#include "bert/metrics/tags.h"
#include "bert/tasks/forms/table.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t longest_look = 1 << 16;  // bytes of a line

// What the first lines of a file say about its form.
struct LineLook {
  int64_t lines = 0;
  int64_t tag_lists = 0;             // text, tab, several tags
  int64_t tagged = 0;                // a tag stands last
  int64_t sentences = 0;             // there are signs or spaces inside
  int64_t follow = 0;                // lines that follow another at once
  std::size_t fewest = 0, most = 0;  // columns
  bool blanks_inside = false;
};

bool has_tag_list(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == 0 || tab == std::string_view::npos || line.find('\t', tab + 1) != std::string_view::npos) return false;
  const std::vector<std::string> tags = between_spaces(line.substr(tab + 1));
  return tags.size() > 1 && (tags.size() == between_spaces(line.substr(0, tab)).size() ||
                             std::ranges::all_of(tags, [](std::string_view tag) { return metrics::is_tag(tag); }));
}

LineLook look_at_lines(std::string_view text) {
  LineLook look;
  NumberedLines lines(text);
  for (bool behind_blank = true; look.lines < int64_t{rows_looked_at};) {
    const auto next = lines.next();
    if (!next) break;
    const std::string_view line = next->text.substr(0, longest_look);
    const std::vector<std::string> words = between_spaces(line);
    if (!words.empty()) {
      look.blanks_inside |= behind_blank && look.lines > 0;
      look.follow += !behind_blank;
      look.fewest = look.lines == 0 ? words.size() : std::min(look.fewest, words.size());
      look.most = std::max(look.most, words.size());
      look.lines += 1;
      look.tag_lists += has_tag_list(line);
      look.tagged += words.size() > 1 && metrics::is_tag(words.back());
      look.sentences += words_in(line).size() > 1;
    }
    behind_blank = words.empty();
  }
  return look;
}

// Lines of as many columns each, in blocks, are words, whatever stands last; so are those with tags.
bool are_sentences(const LineLook& look) {
  if (look.sentences * 2 < look.lines || look.tagged * 2 >= look.lines) return false;
  return !look.blanks_inside || look.follow == 0 || look.fewest != look.most;
}

bool has_words_in_header(const Source& source) {
  const std::string extension = source.extension();
  if (extension != ".tsv" && extension != ".csv" && extension != ".txt") return false;
  const std::string_view line = source.text.substr(0, std::min(source.text.find('\n'), longest_look));
  DelimitedRows rows(line, DelimitedRows::Form::csv, extension == ".csv" ? ',' : '\t');
  const std::optional<Row> header = rows.next();
  return header && header->wrong.empty() && std::ranges::any_of(header->cells, well_known::is_tag_column) &&
         std::ranges::count_if(header->cells, well_known::is_column) > 1;
}

}  // namespace

std::unique_ptr<Form> tagged_words(const Source& source) {
  if (is_json(source) || has_words_in_header(source)) return tagged_table(source);
  const LineLook look = look_at_lines(source.text);
  if (look.tag_lists * 2 >= look.lines || (look.tag_lists > 0 && !look.blanks_inside)) return tagged_table(source);
  if (source.options.label == LabelColumn::if_there && are_sentences(look)) return text_lines(source);
  return word_columns(source);
}

}  // namespace bertlet::tasks
