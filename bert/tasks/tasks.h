#pragma once
#include "bert/tasks/task.h"

namespace bertlet::tasks {

// Each in a file of its own.
using MakeTask = std::unique_ptr<Task>();
MakeTask classify, pair, multilabel, regress, ner, qa, choice, siamese, next_sentence, mlm, causal;

}  // namespace bertlet::tasks
