#pragma once
#include <limits>

#include "bert/io/json/document.h"
#include "bert/metrics/measure.h"
#include "bert/metrics/squad.h"
#include "bert/tasks/item.h"
#include "bert/tasks/questions/squad_windows.h"
#include "core/real.h"

// From a model's scores to the words of the answer.
//
//   const Answered answered = answer(windows, question, scores);  // of each of the question's windows
//   answered.text;
namespace bertlet::tasks {

struct AnswerOptions {
  int64_t n_best = 20;
  int64_t longest = 30;       // in tokens
  bool may_have_none = true;  // as in SQuAD 2.0, where a passage need not answer the question
  double none_threshold = 0;  // no answer is given where "none" scores higher by more than this
  // How the answer stands in the passage. huggingface: from the first letter of its tokens to the last one. google:
  // found by run_squad.py's get_final_text, which gives whole words where it loses count.
  text::Rules rules = text::Rules::huggingface;
};

// For each column how likely the answer begins or ends there. Columns beyond the window's do not matter.
struct WindowScores {
  std::span<const real> begin, end;
};

struct Candidate {
  std::string text;  // "": there is no answer
  double begin = 0, end = 0;
  double probability = 0;  // among the candidates
  int64_t start = 0;       // in bytes of the passage
  double score() const { return begin + end; }
};

struct Answered {
  std::string text = {};                   // "": none
  std::vector<Candidate> candidates = {};  // the best first
  // By how much "none" scores higher than the best of the others; infinite where there is no other.
  double none = std::numeric_limits<double>::infinity();

  const Candidate* best() const;  // of those that say something; null: there is none
};

// Candidates begin and end in tokens of the passage, and begin where their window is the one that shows most around
// them.
Answered answer(const SquadWindows& windows, int64_t question, std::span<const WindowScores> scores,
                const AnswerOptions& options = {});

// What stands around an answer in its passage, with the answer between stars: … by **Juliet (a Capulet)** in the …
std::string in_passage(const std::string& passage, const Answered& answered);

// How good answers are. Finding one takes long, scoring it again and again does not.
struct AnsweredScores {
  metrics::AnswerScore score, unwithheld;  // the second: were each question answered
  double none = 0;
};
AnsweredScores scores_of(const Answered& answered, const std::vector<std::string>& gold);

// F1 and exact matches in percent; where some questions have no answer, of both kinds, and the best threshold.
metrics::Measures measures_of(std::span<const AnsweredScores> all, std::span<const int64_t> chosen);

// The answers as Hugging Face's question-answering pipeline gives them: of each window the products of two softmaxes,
// over [CLS] and the passage, answers of whole words and at most 15 tokens. One answer is an object, several are a
// list.
io::Json pipeline_answers(const SquadWindows& windows, int64_t question, std::span<const WindowScores> scores,
                          int64_t top_k);

// Where the words of a normalised text stand in the text it comes from. Where they are not found, or letters were lost
// on the way, it is the whole text.
std::string original_text(std::string_view normalised, std::string_view text, const text::CharacterTable& characters);

}  // namespace bertlet::tasks
