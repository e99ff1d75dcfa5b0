#pragma once
#include "bert/inside/saliency.h"
#include "bert/inside/text_words.h"

// Why does a fine-tuned model say this? Each word of a text with how much what the model says hangs on it, in four
// ways.
//
//   const tasks::FineTuned model = tasks::read_fine_tuned("run");
//   const Explanation why = explain(model, {"The food was not bad."});
//   why.what;                          // positive
//   why.words[3].integrated;           // of "not"
namespace bertlet::inside {

enum class Quantity { score, probability, log_probability };
enum class Baseline { pad, mask, unknown, zero };  // what stands in the place of words where nothing is said
std::vector<std::string> quantity_names(), baseline_names();

struct ExplainOptions {
  std::string label = {};    // a class, a tag, a word, an answer; otherwise what the model says
  std::string against = {};  // a class, tag or word: its score is taken off
  std::string at = {};       // which word (tags) or [MASK], by its number from 1; otherwise the surest tag that is a
                             // name, and the first mask
  std::string context = {};  // the passage of a question
  Quantity quantity = Quantity::score;
  Baseline baseline = Baseline::pad;
  int64_t nodes = 50;  // of integrated gradients
  std::function<void(int64_t done, int64_t steps)> progress = {};
};

struct WordSaliency {
  double times_input = 0;  // the sum over its pieces
  double norm = 0;         // of the gradient of all its pieces
  double integrated = 0;   // the sum over its pieces
  double occlusion = 0;    // without the word: [MASK] for each of its pieces
};

struct Explanation {
  ShownText shown;
  std::string what = {};   // that is explained
  std::string where = {};  // at which word, where it is about one
  Quantity quantity = Quantity::score;
  Gradients gradients = {};              // by token
  IntegratedGradients integrated = {};   // by token
  std::vector<WordSaliency> words = {};  // of shown.words
};

Explanation explain(const tasks::FineTuned& model, const std::vector<std::string>& texts,
                    const ExplainOptions& options = {});

// A model that was fine-tuned, or a BERT that knows words.
tasks::FineTuned read_explainable(const std::filesystem::path& directory);

}  // namespace bertlet::inside
