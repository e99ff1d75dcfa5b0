#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::io {
class JsonPlace;
}

namespace bertlet::tasks {

struct Answer {
  std::string text;
  int64_t start = 0;  // in characters of the passage
};

struct Question {
  std::string id, text;
  int64_t passage = 0;      // its number
  bool impossible = false;  // the passage does not answer it
  std::vector<Answer> answers = {};
};

// Questions about passages, from a file in the form of SQuAD 1.1 or 2.0.
struct Squad {
  std::vector<std::string> passages;
  std::vector<Question> questions;
};

// What is not in that form is an error that names the file, the place and the reason; so is an answer that reaches
// beyond its passage. Questions to be answered need no "answers".
Squad parse_squad(std::string_view json, const std::string& name);

// An answer as it stands there, "text" and "answer_start", in a passage of so many characters.
Answer read_answer(const io::JsonPlace& answer, int64_t passage_size);
Answer answer_at(const io::JsonPlace& start, std::string text, int64_t passage_size);

}  // namespace bertlet::tasks
