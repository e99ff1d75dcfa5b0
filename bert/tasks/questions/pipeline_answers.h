#pragma once
#include "bert/io/json/document.h"
#include "bert/tasks/questions/answers.h"

namespace bertlet::tasks {

// The answers as Hugging Face's question-answering pipeline gives them: of each window the products of two softmaxes,
// over [CLS] and the passage, answers of whole words and at most 15 tokens. One answer is an object, several are a
// list.
io::Json pipeline_answers(const SquadWindows& windows, std::int64_t question, std::span<const WindowScores> scores,
                          std::int64_t top_k);

}  // namespace bertlet::tasks
