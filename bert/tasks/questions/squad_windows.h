#pragma once
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/questions/squad.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "core/real.h"

// Passages are longer than what a model takes, so it gets them in windows that overlap, each beside the question, as
// Google's run_squad.py makes them:
//
//   [CLS] question [SEP] window [SEP]
//
//   const Squad squad = parse_squad(io::read_file("train-v2.0.json"), "train-v2.0.json");
//   const SquadWindows windows(squad, tokenizer, {}, Use::training);
//   windows.ids(windows.all()[0]);
namespace bertlet::tasks {

// A stretch of a passage between spaces.
struct Word {
  text::Span bytes;
  int64_t first_character = 0;
};

// A passage as words and as tokens.
struct Passage {
  std::vector<Word> words;
  text::Tokens tokens;  // of these, `words` counts the words above
};
Passage passage_of(std::string_view text, const text::Tokenizer& tokenizer);

// Words with one space between them.
std::string words_between(std::string_view text, const Passage& passage, int64_t first, int64_t last);

// Which tokens an answer is, the last one included; nothing where the passage does not say at that place what the
// answer says. Answers begin and end inside words ("(1895-1943)."), so the tokens of its words are searched for its
// own.
std::optional<text::Span> tokens_of(const Answer& answer, std::string_view text, const Passage& passage,
                                    const text::Tokenizer& tokenizer);

struct WindowOptions {
  int64_t max_length = 384;             // of a window with all that is around it
  int64_t stride = 128;                 // from the beginning of a window to that of the next
  std::optional<int64_t> overlap = {};  // or so many tokens of a window are those of the one before
  int64_t max_question_length = 64;
};

struct Window {
  int64_t question = 0;
  int64_t begin = 0, end = 0;  // which tokens of the passage
  int64_t offset = 0;          // in which column the first of them stands
  // In which columns the answer begins and ends; 0, which is [CLS], where it is not in this window; −100 where nothing
  // is known of it.
  int64_t answer_begin = 0, answer_last = 0;

  int64_t token_at(int64_t column) const { return begin + column - offset; }
  int64_t length() const { return offset + end - begin + 1; }  // in columns
};

// Training: with the first answer of each question; left out are questions of which none is known. Measuring: all
// questions, with the answer where it is known. Predicting: all, and no answers are looked at. The squad and the
// tokenizer must live as long as their windows.
class SquadWindows {
 public:
  SquadWindows(const Squad& squad, const text::Tokenizer& tokenizer, const WindowOptions& options, Use use);

  const std::vector<Window>& all() const { return windows_; }
  std::span<const Window> of(int64_t question) const;  // in the order of the passage; none if it has no tokens
  int64_t left_out() const;                            // questions

  std::vector<int64_t> ids(const Window& window) const;
  std::vector<int64_t> types(const Window& window) const;  // 0: [CLS] question [SEP], 1: window [SEP]

  const Squad& squad() const { return squad_; }
  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  const std::string& text(const Window& window) const;  // the whole passage
  const Passage& passage(const Window& window) const;

 private:
  std::vector<Window> cut(int64_t question, const WindowOptions& options, Use use) const;
  const Question& question(int64_t number) const { return squad_.questions[to_size(number)]; }

  const Squad& squad_;
  const text::Tokenizer& tokenizer_;
  std::vector<Passage> passages_;
  std::vector<std::vector<int64_t>> questions_;  // ids
  std::vector<Window> windows_;
  std::vector<text::Span> of_;  // by question
};

// In which window of a question each token of the passage has most around it, on the side where it has less.
std::vector<std::size_t> best_windows(std::span<const Window> windows);

}  // namespace bertlet::tasks
