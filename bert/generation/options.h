#pragma once
#include <cstdint>
#include <vector>

namespace bertlet::bert {

using Text = std::vector<int64_t>;  // ids

enum class Choice {
  likeliest,  // greedy: always the word with the highest score
  drawn,      // by chance, each as often as its probability says
};

// When a beam search with as many finished texts as beams stops, under transformers' names.
enum class EarlyStopping {
  no,     // (False) when the best open text, ended now, would not beat the worst finished one
  yes,    // (True) at once
  never,  // when no open text can beat it, however long it gets
};

// How texts are continued, with transformers' names, meanings and defaults, but for top_k, which is off.
struct GenerationOptions {
  int64_t max_new_tokens = 20;
  int64_t min_new_tokens = 0;        // no stop token before there are as many
  std::vector<int64_t> stop = {};    // a text ends with the first of these
  double repetition_penalty = 1;     // above 1: words that are there already get less likely
  int64_t no_repeat_ngram_size = 0;  // so many words in a row occur once only; 0: no matter
  std::vector<Text> bad_words = {};  // words, or words in a row, that never occur

  Choice choice = Choice::likeliest;
  double temperature = 1;  // below 1: the likely gets likelier
  int64_t top_k = 0;       // only the k likeliest words; 0: all
  double top_p = 1;        // only the likeliest words that together have this probability
  std::uint64_t seed = 0;

  int64_t beams = 1;          // texts that are followed at once for each prompt
  double length_penalty = 1;  // a text's score is Σ log p / length ^ penalty: above 0 favours long ones
  EarlyStopping early_stopping = EarlyStopping::no;
  int64_t num_return = 1;  // texts for each prompt: the best beams, or as many draws
  bool cache = true;       // without one all rows are computed at each step, with the same result
};

}  // namespace bertlet::bert
