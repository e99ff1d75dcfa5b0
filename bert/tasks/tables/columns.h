#pragma once
#include <filesystem>

#include "bert/tasks/tables/row.h"

namespace bertlet::tasks {

// A sentence in words, and a tag for each.
struct TaggedSentence {
  std::int64_t line = 0;  // of its first word
  std::vector<std::string> words, tags;
};

// Files with a word a line and a blank line between sentences, as CoNLL's: the word is what stands first and the tag
// what stands last, between spaces or tabs. Lines -DOCSTART- are left out.
struct TaggedFile {
  std::string file;
  std::vector<TaggedSentence> sentences = {};
  std::vector<BadRow> bad_rows = {};  // only if they are collected: each costs its sentence

  std::string place(const TaggedSentence& sentence, std::size_t word) const;  // train.conll:17
};

// if_there: where a line is a word alone, no sentence of the file has tags.
enum class TagColumn { needed, if_there };

struct ColumnsOptions {
  TagColumn tags = TagColumn::needed;
  BadRows bad_rows = BadRows::refused;
};

TaggedFile read_columns(const std::filesystem::path& file, const ColumnsOptions& options = {});

// A line `word TAB tag`, and a blank line behind each sentence.
void write_columns(const std::filesystem::path& file, const std::vector<TaggedSentence>& sentences);

}  // namespace bertlet::tasks
