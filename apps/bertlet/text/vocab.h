#pragma once
#include <string>
#include <vector>

#include "apps/bertlet/command.h"
#include "bert/text/vocabulary/word_counts.h"

// What the subcommands of `bertlet vocab` have in common.
namespace apps {

void add_vocab_train(const Command& vocab);
void add_vocab_inspect(const Command& vocab);
void add_vocab_add(const Command& vocab);

// Counts the words of files under a bar.
void count_words(const std::vector<std::string>& files, bertlet::text::WordCounts& counts, bool quiet);

}  // namespace apps
