#include "bert/inside/logit_lens.h"

#include "bert/inside/hidden_tokens.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

// The words that are asked about: those of the text; at its [MASK]s, the ones given.
std::vector<std::optional<int64_t>> wanted_words(const LanguageModel& model, const text::Encoding& encoding,
                                                 const std::vector<int64_t>& rows,
                                                 const std::vector<int64_t>& at_masks) {
  std::vector<std::optional<int64_t>> to;
  std::size_t masks = 0;
  for (const int64_t row : rows) {
    const int64_t id = encoding.ids[to_size(row)];
    const bool is_mask = id == model.tokenizer.mask_id();
    std::optional<int64_t> word = id;
    if (is_mask) word = masks < at_masks.size() ? std::optional(at_masks[masks]) : std::nullopt;
    masks += is_mask;
    to.push_back(word);
  }
  require(at_masks.size() <= masks, "lens: got {} words for {} masks", at_masks.size(), masks);
  return to;
}

}  // namespace

Tensor lens_scores(const bert::MaskedLM& model, const Tensor& states) { return model.head.predictions(states); }

Lens logit_lens(const LanguageModel& model, const text::Encoding& encoding, const LensOptions& options) {
  Lens lens{.rows = text_tokens(encoding), .layers = {}};
  const auto wanted = wanted_words(model, encoding, lens.rows, options.words);
  lens.layers.resize(to_size(model.network.bert.config.num_hidden_layers) + 1);
  const auto read = [&](std::size_t first, const bert::Batch& batch, const std::vector<int64_t>& rows) {
    Pass pass;
    const bert::Encoded encoded = model.network.bert(batch, pass, {.hidden_states = true});
    std::vector<int64_t> words;
    for (std::size_t layer = lens.layers.size(); layer-- > 0;) {  // the last one first: it may say what to ask about
      const Array scores = lens_scores(model.network, gather_rows(encoded.hidden_states[layer], rows)).value();
      if (words.empty()) words = argmax_of_rows(scores);
      for (std::size_t i = 0; i < rows.size(); ++i) words[i] = wanted[first + i].value_or(words[i]);
      for (WordReading& reading : word_readings(scores, words, options.top_k))
        lens.layers[layer].push_back(std::move(reading));
    }
    if (options.progress) options.progress(std::ssize(lens.layers[0]));
  };
  if (options.shown == Shown::text) {
    read(0, bert::Batch::of({{encoding.ids, encoding.types}}), lens.rows);
    return lens;
  }
  std::vector<HiddenToken> tokens;
  for (const int64_t row : lens.rows) tokens.push_back({hidden(encoding, {row}, model.tokenizer.mask_id()), row});
  for_each_batch(tokens, read);
  return lens;
}

}  // namespace bertlet::inside
