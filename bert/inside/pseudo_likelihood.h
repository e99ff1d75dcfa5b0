#pragma once
#include <functional>

#include "bert/inside/language_model.h"
#include "bert/inside/word_reading.h"

// How well a BERT expects a text: each token is hidden in turn, and the logarithm of its probability there is its score
// (Salazar et al. 2020). The sum over a text is its pseudo-log-likelihood. It compares texts; it is the probability of
// none, since the scores are of different texts.
//
//   const PseudoLikelihood cat = pseudo_likelihood(model, model.encoded("The cat sleeps."));
//   cat.original();        // Σ log P(token | all others)
//   cat.within_word();     // of a piece, the later pieces of its word are hidden too (Kauf & Ivanova 2023)
namespace bertlet::inside {

struct TokenSurprise {
  int64_t row;             // of the encoding
  WordReading original;    // with it alone hidden
  double within_word = 0;  // log P with the later pieces of its word hidden, too; the same where there are none
};

struct PseudoLikelihood {
  std::vector<TokenSurprise> tokens;  // all but [CLS] and [SEP]

  double original() const;
  double within_word() const;
};

struct SurpriseOptions {
  int64_t top_k = 5;
  std::function<void(int64_t texts)> progress = {};  // of surprise_texts()
};

PseudoLikelihood pseudo_likelihood(const LanguageModel& model, const text::Encoding& encoding,
                                   const SurpriseOptions& options = {});
int64_t surprise_texts(const text::Encoding& encoding);  // that go through the model for it

}  // namespace bertlet::inside
