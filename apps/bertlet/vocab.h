#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/bertlet/subcommand.h"
#include "bert/text/word_counts.h"

// What `bertlet vocab train` and `bertlet vocab inspect` have in common.
namespace apps {

void add_vocab_train(CLI::App& vocab, Action& chosen);
void add_vocab_inspect(CLI::App& vocab, Action& chosen);

// Counts the words of files under a bar.
void count_words(const std::vector<std::string>& files, bertlet::text::WordCounts& counts, bool quiet);

}  // namespace apps
