#pragma once
#include <string>
#include <vector>

#include "bert/tasks/fine_tuned.h"

namespace bertlet::inside {

// A word of what a model reads, with its pieces joined, where it stands in what people wrote. [CLS] and [SEP] are words
// of no text.
struct TextWord {
  std::string text;                // as people wrote it; the name of a special token
  std::vector<int64_t> rows = {};  // its tokens, in all sequences of the item one after another
  int64_t sequence = 0;            // of the item
  int64_t source = none;           // which text of the example
  int64_t begin = 0, end = 0;      // in it, in bytes

  static constexpr int64_t none = -1;
  bool is_special() const { return source == none; }
};

// An example as a model is shown it: a single item, the texts that it is made of, and its words.
struct ShownText {
  std::vector<std::string> sources;
  tasks::Item item;
  std::vector<TextWord> words;
  std::vector<std::string> tokens;  // by row
};

// Texts at the prompt, as `predict` takes them. A text that is cut or comes in windows is an error.
ShownText shown_text(const tasks::FineTuned& model, const std::vector<std::string>& texts, const std::string& context);

}  // namespace bertlet::inside
