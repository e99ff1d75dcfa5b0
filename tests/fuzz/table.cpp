#include <fmt/core.h>

#include "bert/tasks/forms/examples.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"
#include "tests/scratch.h"

// Random bytes as TSV, CSV, JSON, columns, sentences and texts, for every content: strictly read, a file is taken or
// refused in one line that names it; where bad rows are collected, those of a strictly read file are all there, every
// row has a cell for each other column, and every word a tag and a place.
//
//   fuzz_table --calls 1000000 --seed 7

namespace {

namespace tasks = bertlet::tasks;

constexpr const char* bits[] = {"a",
                                "b c",
                                "\t",
                                ",",
                                "\n",
                                "\r\n",
                                "\"",
                                "\"\"",
                                "{",
                                "}",
                                "[",
                                "]",
                                ":",
                                "\"text\"",
                                "text",
                                "label",
                                "{\"text\": \"a\"}",
                                "\\u0000",
                                "\\",
                                "\xEF\xBB\xBF",
                                "é",
                                "\xFF",
                                "B-A",
                                "I-A",
                                "O",
                                " ",
                                "12",
                                "a b\tO O\n",
                                "sent1,ending0,ending1,label\n",
                                "{\"tokens\": [\"a\"], \"tags\": [\"O\"]}\n",
                                "words\ttags\n"};

std::string bytes(Draw& draw) {
  std::string made;
  for (int64_t i = draw.below(40); i > 0; --i)
    if (draw.one_in(30))
      made += static_cast<char>(draw.below(256));
    else
      made += bits[draw.below(std::ssize(bits))];
  return made;
}

template <class Read>
bool reads(const std::filesystem::path& path, const Read& read) {
  try {
    read();
    return true;
  } catch (const bertlet::Error& error) {
    const std::string_view text = error.what();
    if (text.find('\n') != std::string_view::npos) throw Wrong("an error has several lines");
    if (!text.starts_with(path.string())) throw Wrong("an error does not begin with the file: " + std::string(text));
    return false;
  }
}

void check(const tasks::Examples& examples, const tasks::ReadOptions& options) {
  int64_t line = 0;
  for (const tasks::Example& row : examples.rows) {
    if (row.others.size() != examples.others.size()) throw Wrong("a row has not a cell for each other column");
    if (row.line <= line) throw Wrong("a line's number does not grow");
    line = row.line;
    if (options.content != tasks::Content::words) continue;
    if (row.parts.size() != row.places.size()) throw Wrong("a word has no place");
    if (examples.labelled != !row.labels.empty()) throw Wrong("a sentence has tags, or has none");
    if (examples.labelled && row.parts.size() != row.labels.size()) throw Wrong("a word has no tag");
  }
}

bool reads_examples(const std::filesystem::path& path, tasks::ReadOptions options) {
  std::size_t rows = 0, collected_rows = 0;
  const bool strict = reads(path, [&] {
    const tasks::Examples examples = tasks::read_examples(path, options);
    check(examples, options);
    rows = examples.rows.size();
  });
  options.bad_rows = tasks::BadRows::collected;
  reads(path, [&] {
    const tasks::Examples examples = tasks::read_examples(path, options);
    check(examples, options);
    if (strict && !examples.bad_rows.empty()) throw Wrong("a row is bad that was taken");
    collected_rows = examples.rows.size();
  });
  if (strict && rows != collected_rows) throw Wrong("rows are missing");
  return strict;
}

}  // namespace

int main(int argument_count, char** arguments) {
  const Scratch scratch;
  constexpr const char* names[] = {"f.tsv", "f.csv", "f.json", "f.conll", "f.txt"};
  constexpr tasks::Content contents[] = {tasks::Content::text,     tasks::Content::pair,   tasks::Content::words,
                                         tasks::Content::question, tasks::Content::choice, tasks::Content::plain};
  return fuzz(fuzz_options(argument_count, arguments, 3000), [&](Draw& draw, std::string& about) {
    about = names[draw.below(std::ssize(names))];
    std::filesystem::remove(scratch.path() / about);
    const auto path = scratch.write(about, bytes(draw));
    const auto label = draw.one_in(2) ? tasks::LabelColumn::needed : tasks::LabelColumn::if_there;
    return reads_examples(path, {.content = contents[draw.below(std::ssize(contents))], .label = label});
  });
}
