#include "bert/tasks/tables/conversion.h"

#include <algorithm>

#include "bert/io/file.h"
#include "bert/text/utf8.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

std::string in_one_cell(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

bool ends_in_position(const std::string& word) {
  return text::count_characters(word) == 2 && word.back() >= '0' && word.back() <= '9';
}

}  // namespace

void write_tsv(const std::filesystem::path& file, const Examples& examples) {
  const bool pairs = !examples.columns.text_b.empty(), labelled = examples.labelled();
  io::FileWriter writer(file);
  writer.write(fmt::format("{}{}\n", pairs ? "sentence1\tsentence2" : "sentence", labelled ? "\tlabel" : ""));
  for (const Example& row : examples.rows) {
    std::string line = in_one_cell(row.text);
    if (pairs) line += '\t' + in_one_cell(row.text_b);
    if (labelled) line += '\t' + in_one_cell(row.label);
    writer.write(line + '\n');
  }
  writer.commit();
}

void drop_positions(TaggedFile& tagged) {
  const auto all_do = [](const TaggedSentence& sentence) {
    return std::ranges::all_of(sentence.words, ends_in_position);
  };
  if (!std::ranges::all_of(tagged.sentences, all_do)) return;
  for (TaggedSentence& sentence : tagged.sentences)
    for (std::string& word : sentence.words) word.pop_back();
}

Scheme scheme_of(const TaggedFile& tagged) {
  SchemeDetector detector;
  for (const TaggedSentence& sentence : tagged.sentences) detector.add(sentence.tags);
  if (const std::optional<Scheme> scheme = detector.scheme()) return *scheme;
  for (const TaggedSentence& sentence : tagged.sentences)
    if (const std::optional<WrongTag> wrong = wrong_tag(sentence.tags, Scheme::iob2))
      throw Error(fmt::format("{}: {}; no scheme allows all tags of the file", tagged.place(sentence, wrong->word),
                              wrong->why));
  throw Error(fmt::format("{}: no scheme allows all its tags", tagged.file));
}

void convert_tags(TaggedFile& tagged, Scheme to) {
  const Scheme from = scheme_of(tagged);
  for (TaggedSentence& sentence : tagged.sentences)
    sentence.tags = tags_of(entities_of(sentence.tags, from), sentence.words.size(), to);
}

}  // namespace bertlet::tasks
