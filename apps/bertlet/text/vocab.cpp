#include "apps/bertlet/text/vocab.h"

#include <filesystem>

#include "apps/bertlet/progress.h"

namespace apps {

namespace {

// Nothing where it is not known beforehand: pipes.
int64_t bytes_of(const std::vector<std::string>& files) {
  int64_t sum = 0;
  for (const std::string& file : files) {
    if (!std::filesystem::is_regular_file(file)) return 0;
    sum += static_cast<int64_t>(std::filesystem::file_size(file));
  }
  return sum;
}

}  // namespace

void count_words(const std::vector<std::string>& files, bertlet::text::WordCounts& counts, bool quiet) {
  Progress progress("counting words", bytes_of(files), {1e6, "MB"}, quiet);
  bertlet::text::count_files(files, counts, [&](int64_t bytes) { progress.at(bytes); });
}

void add_vocab(const Command& program) {
  const Command vocab =
      program.add_family("vocab", "Train a vocabulary from text; look into one; add tokens to a model",
                         "Each has its own --help. Example: bertlet vocab train --help");
  add_vocab_train(vocab);
  add_vocab_inspect(vocab);
  add_vocab_add(vocab);
}

}  // namespace apps
