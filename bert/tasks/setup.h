#pragma once
#include "bert/io/json.h"
#include "bert/tasks/data.h"
#include "bert/tasks/learners.h"

namespace bertlet::tasks {

// What makes a fine-tuned model besides its weights. It is kept beside them, as task.json, so that whoever evaluates
// or predicts with the model need say no more.
struct Setup {
  std::string task = "classify";
  bert::TopOptions top = {};
  bool crf = false;                   // ner: the tags of a sentence are chosen together
  std::string objective = "classes";  // siamese: classes, cosine or ranking
  double threshold = 0;               // qa: where no answer is given, as was best on dev
  double mask_rate = 0.15;            // mlm: of the tokens, those that are hidden
  bool whole_words = false;           // mlm: all pieces of a word are hidden, or none
  DataOptions data = {};
};

io::Json json_of(const Setup& setup);
Setup read_setup(const std::filesystem::path& directory);
void write_setup(const Setup& setup, const std::filesystem::path& directory);

}  // namespace bertlet::tasks
