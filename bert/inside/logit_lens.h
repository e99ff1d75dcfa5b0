#pragma once
#include <functional>
#include <optional>

#include "bert/inside/language_model.h"
#include "bert/inside/word_reading.h"

// The head for masked words on what each layer gives, and not on the last one alone, for which it was trained: what a
// model would say if it had to end there ("logit lens", nostalgebraist 2020). Of the last layer these are the logits.
//
//   const text::Encoding encoding = model.encoded("Paris is the [MASK] of France.");
//   const Lens lens = logit_lens(model, encoding);
//   lens.layers[0][4].likeliest;    // what the embeddings say of [MASK]
namespace bertlet::inside {

enum class Shown {
  text,    // as it is
  hidden,  // without the token that is read, [MASK] in its place: each token is a text of its own
};

struct LensOptions {
  Shown shown = Shown::text;
  int64_t top_k = 5;
  std::vector<int64_t> words = {};  // that should stand at the text's [MASK]s, in order; otherwise the word that
                                    // the last layer finds likeliest is asked about
  std::function<void(int64_t texts)> progress = {};
};

struct Lens {
  std::vector<int64_t> rows;                     // which tokens are read: all but [CLS], [SEP]
  std::vector<std::vector<WordReading>> layers;  // L + 1 times one for each of them; 0: the embeddings
};

Lens logit_lens(const LanguageModel& model, const text::Encoding& encoding, const LensOptions& options = {});

// Scores for every word [rows, V] of states of any layer [rows, H].
Tensor lens_scores(const bert::MaskedLM& model, const Tensor& states);

}  // namespace bertlet::inside
