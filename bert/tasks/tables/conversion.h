#pragma once
#include "bert/tasks/tables/columns.h"
#include "bert/tasks/tables/examples.h"
#include "bert/tasks/tables/tags.h"

// From the forms data sets come in to the plain ones.
namespace bertlet::tasks {

// TSV with a header sentence, label or sentence1, sentence2, label; of TNEWS' and AFQMC's JSON, say. Tabs and line ends
// in texts become spaces.
void write_tsv(const std::filesystem::path& file, const Examples& examples);

// Weibo's NER files number the characters of each word: 科0 技1. Where all words of a file end in a number behind a
// character, they lose it.
void drop_positions(TaggedFile& tagged);

// Tags by another scheme than that of the file.
void convert_tags(TaggedFile& tagged, Scheme to);

// The simplest scheme that allows all tags; where there is none, an error that names a line wrong for bio.
Scheme scheme_of(const TaggedFile& tagged);

}  // namespace bertlet::tasks
