#pragma once
#include <filesystem>
#include <span>

#include "bert/tasks/data.h"

namespace bertlet::tasks {

// CSV, or JSON lines where the name ends in .jsonl. In CSV what is no text and no number is JSON in its cell.
void write_predictions(const std::filesystem::path& file, std::span<const Record> records);

}  // namespace bertlet::tasks
