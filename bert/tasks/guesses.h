#pragma once
#include "bert/tasks/task.h"

// What language models say of the tokens that they are asked for, the items' labels; no row of scores is kept, as there
// is a number in it for each word of the vocabulary.
namespace bertlet::tasks {

std::vector<Output> guesses_of(const bert::Scored& scored, ItemSpan items);

// Loss, perplexity and accuracy over the tokens of the chosen examples.
Measuring guess_measuring(const Data& data, Outputs outputs);

// Guesses by how frequent each token is in the data.
std::vector<Output> frequency_guesses(const Data& data);

// What stands in the examples where a guess was wrong, and what was said.
Verdict guess_verdict(const Data& data, std::int64_t i, Outputs outputs);

}  // namespace bertlet::tasks
