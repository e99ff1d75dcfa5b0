#pragma once
#include "bert/tasks/tables/examples.h"

namespace bertlet::tasks {

// Texts without labels: the text column of a .tsv, .csv, .json or .jsonl; of any other file each line that is not
// blank. Of `options` the columns and the bad rows count.
Examples read_texts(const std::filesystem::path& file, const ExampleOptions& options = {});

}  // namespace bertlet::tasks
