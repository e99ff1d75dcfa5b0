#pragma once
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/tables/tags.h"

// From the forms data sets come in to the plain ones.
namespace bertlet::tasks {

struct ConvertOptions {
  ReadOptions read = {};
  std::optional<Scheme> scheme = {};  // what tags become; nothing: they stay
};

struct Converted {
  std::string form;  // that of the input
  int64_t rows = 0;
};

// Words become NAME.conll, a line `word TAB tag` each. Texts, pairs and choices become NAME.tsv, in which tabs and line
// ends are spaces, NAME.csv or NAME.jsonl, with the columns sentence or sentence1, sentence2, or sent1, sent2, ending0,
// ending1, …; and label. Other columns are left out.
Converted convert(const std::filesystem::path& in, const std::filesystem::path& out, const ConvertOptions& options);

// The simplest scheme that allows all tags; where there is none, an error that names a line wrong for bio.
Scheme scheme_of(const Examples& examples);

}  // namespace bertlet::tasks
