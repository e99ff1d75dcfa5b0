// A question about a text that is longer than the model: the windows it is cut into, and the answer that comes out of
// scores. The scores are made up, where a model would stand.
#include "bert/tasks/questions/answers.h"
#include "core/real.h"
#include "core/require.h"

using namespace bertlet;

const char* const file = R"({"data": [{"paragraphs": [{
  "context": "It is the east, and Juliet (a Capulet) is the sun.",
  "qas": [{"id": "1", "question": "Who is the sun?", "answers": [{"text": "Juliet", "answer_start": 20}]}]}]}]})";

text::Tokenizer tokenizer() {
  return text::Tokenizer(
      text::Vocabulary({"[PAD]", "[UNK]", "[CLS]",  "[SEP]", "[MASK]", ".",  ",",      "?",   "(",   ")",  "a",
                        "and",   "cap",   "##ulet", "east",  "is",     "it", "juliet", "sun", "the", "who"}));
}

// A line for each window; the answer stands between stars.
void show(const tasks::SquadWindows& windows) {
  for (const tasks::Window& window : windows.all()) {
    const std::vector<int64_t> ids = windows.ids(window);
    for (int64_t column = 0; column < window.length(); ++column) {
      const std::string& token = windows.tokenizer().vocabulary().token(ids[to_size(column)]);
      const bool is_answer = column >= window.answer_begin && column <= window.answer_last;
      fmt::print("{}{}", column == 0 ? "" : " ", is_answer ? "*" + token + "*" : token);
    }
    fmt::print("\n");
  }
}

int main() {
  const text::Tokenizer cut = tokenizer();
  const tasks::Squad squad = tasks::parse_squad(file, "the example");
  const tasks::SquadWindows windows(squad, cut, {.max_length = 20, .stride = 5}, tasks::Use::training);
  show(windows);

  std::vector<std::vector<real>> begin, end;
  for (const tasks::Window& window : windows.all()) {
    begin.emplace_back(window.length(), real(0));
    end.emplace_back(window.length(), real(0));
  }
  begin[0][13] = 6;  // Juliet
  end[0][13] = 5;
  end[0][18] = 4;  // the sign behind Capulet
  std::vector<tasks::WindowScores> scores;
  for (std::size_t i = 0; i < begin.size(); ++i) scores.push_back({begin[i], end[i]});
  const tasks::Answered answered = tasks::answer(windows, 0, scores, {.n_best = 3});
  fmt::print("\n{:<20}  score  probability\n", "answer");
  for (const tasks::Candidate& candidate : answered.candidates)
    fmt::print("{:<20}  {:5}  {:11.4f}\n", candidate.text.empty() ? "none" : candidate.text, candidate.score(),
               candidate.probability);
}
