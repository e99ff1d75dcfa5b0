#include <fmt/core.h>

#include "bert/tasks/tables/columns.h"
#include "bert/tasks/tables/examples.h"
#include "core/require.h"
#include "tests/fuzz/fuzz.h"
#include "tests/scratch.h"

// Random bytes as TSV, CSV, JSON and columns: strictly read, a file is taken or refused in one line that names it;
// where bad rows are collected, those of a strictly read file are all there, and every row has a cell for each column.
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
                                "12"};

std::string bytes(Draw& draw) {
  std::string made;
  for (std::int64_t i = draw.below(40); i > 0; --i)
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

void check(const tasks::Table& table) {
  std::int64_t line = 0;
  for (const tasks::Row& row : table.rows) {
    if (row.cells.size() != table.columns.size()) throw Wrong("a row has not a cell for each column");
    if (row.line <= line) throw Wrong("a line's number does not grow");
    line = row.line;
  }
}

bool reads_table(const std::filesystem::path& path) {
  std::size_t rows = 0, collected_rows = 0;
  const bool strict = reads(path, [&] {
    const tasks::Table table = tasks::read_table(path);
    check(table);
    rows = table.rows.size();
  });
  reads(path, [&] {
    const tasks::Table table = tasks::read_table(path, {.bad_rows = tasks::BadRows::collected});
    check(table);
    if (strict && !table.bad_rows.empty()) throw Wrong("a row is bad that was taken");
    collected_rows = table.rows.size();
  });
  if (strict && rows != collected_rows) throw Wrong("rows are missing");
  return strict;
}

bool reads_columns(const std::filesystem::path& path) {
  reads(path, [&] { tasks::read_columns(path, {.bad_rows = tasks::BadRows::collected}); });
  return reads(path, [&] { tasks::read_columns(path); });
}

}  // namespace

int main(int argument_count, char** arguments) {
  const Scratch scratch;
  constexpr const char* names[] = {"f.tsv", "f.csv", "f.json", "f.conll"};
  return fuzz(fuzz_options(argument_count, arguments, 3000), [&](Draw& draw, std::string& about) {
    about = names[draw.below(std::ssize(names))];
    std::filesystem::remove(scratch.path() / about);
    const auto path = scratch.write(about, bytes(draw));
    return about == "f.conll" ? reads_columns(path) : reads_table(path);
  });
}
