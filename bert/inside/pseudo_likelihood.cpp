#include "bert/inside/pseudo_likelihood.h"

#include "bert/inside/hidden_tokens.h"
#include "core/real.h"

namespace bertlet::inside {

namespace {

// The token and the pieces of its word behind it. Words are counted in each text of a pair anew.
std::vector<int64_t> rest_of_word(const text::Encoding& encoding, int64_t token) {
  std::vector<int64_t> to{token};
  const auto same = [&](int64_t other) {
    return encoding.words[to_size(other)] == encoding.words[to_size(token)] &&
           encoding.sequences[to_size(other)] == encoding.sequences[to_size(token)];
  };
  for (int64_t next = token + 1; next < encoding.size() && same(next); ++next) to.push_back(next);
  return to;
}

}  // namespace

double PseudoLikelihood::original() const {
  double sum = 0;
  for (const TokenSurprise& token : tokens) sum += token.original.log_probability;
  return sum;
}

double PseudoLikelihood::within_word() const {
  double sum = 0;
  for (const TokenSurprise& token : tokens) sum += token.within_word;
  return sum;
}

int64_t surprise_texts(const text::Encoding& encoding) {
  int64_t texts = 0;
  for (const int64_t token : text_tokens(encoding)) texts += rest_of_word(encoding, token).size() > 1 ? 2 : 1;
  return texts;
}

PseudoLikelihood pseudo_likelihood(const LanguageModel& model, const text::Encoding& encoding,
                                   const SurpriseOptions& options) {
  const int64_t mask = model.tokenizer.mask_id();
  PseudoLikelihood to{};
  std::vector<HiddenToken> texts;
  std::vector<std::size_t> alone, with_rest;  // which text is whose
  for (const int64_t token : text_tokens(encoding)) {
    to.tokens.push_back({.row = token, .original = {}});
    alone.push_back(texts.size());
    texts.push_back({hidden(encoding, {token}, mask), token});
    const std::vector<int64_t> rest = rest_of_word(encoding, token);
    if (rest.size() > 1) texts.push_back({hidden(encoding, rest, mask), token});
    with_rest.push_back(texts.size() - 1);
  }
  std::vector<WordReading> readings;
  for_each_batch(texts, [&](std::size_t first, const bert::Batch& batch, const std::vector<int64_t>& rows) {
    std::vector<int64_t> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(encoding.ids[to_size(texts[first + i].row)]);
    Pass pass;
    const Array scores = model.network.score(batch, pass, {}, rows).scores.value();  // [texts, V]
    for (WordReading& reading : word_readings(scores, ids, options.top_k)) readings.push_back(std::move(reading));
    if (options.progress) options.progress(std::ssize(readings));
  });
  for (std::size_t i = 0; i < to.tokens.size(); ++i) {
    to.tokens[i].within_word = readings[with_rest[i]].log_probability;
    to.tokens[i].original = std::move(readings[alone[i]]);
  }
  return to;
}

}  // namespace bertlet::inside
