#include "bert/inside/explanation.h"

#include <cmath>

#include "bert/heads/network.h"
#include "bert/inside/explained.h"
#include "bert/io/models/model_directory.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

int64_t unknown_id(const text::Tokenizer& tokenizer) {
  return tokenizer.vocabulary().id(tokenizer.options().special.unknown);
}

// Word embeddings with which nothing is said: special tokens stay, and of words there is nothing left.
Array baseline_of(const bert::Network& network, const ShownText& shown, const text::Tokenizer& tokenizer,
                  const std::vector<int64_t>& ids, Baseline baseline) {
  const int64_t instead = baseline == Baseline::mask      ? tokenizer.mask_id()
                          : baseline == Baseline::unknown ? unknown_id(tokenizer)
                                                          : tokenizer.pad_id();
  std::vector<int64_t> silent = ids;
  for (const TextWord& word : shown.words)
    for (const int64_t row : word.rows)
      if (!word.is_special() && ids[to_size(row)] != tokenizer.mask_id()) silent[to_size(row)] = instead;
  Array to = word_vectors(network, silent).clone();
  const int64_t columns = to.shape()[1];
  for (int64_t row = 0; baseline == Baseline::zero && row < std::ssize(ids); ++row)
    if (silent[to_size(row)] != ids[to_size(row)]) std::fill_n(to.data() + row * columns, columns, real{0});
  return to;
}

std::vector<std::vector<int64_t>> rows_of_words(const ShownText& shown) {
  std::vector<std::vector<int64_t>> to;
  for (const TextWord& word : shown.words)
    if (!word.is_special()) to.push_back(word.rows);
  return to;
}

WordSaliency saliency_of(const TextWord& word, const Gradients& gradients, const IntegratedGradients& integrated) {
  WordSaliency to;
  for (const int64_t row : word.rows) {
    to.times_input += gradients.times_input[to_size(row)];
    to.norm = std::hypot(to.norm, gradients.norm[to_size(row)]);
    to.integrated += integrated.scores[to_size(row)];
  }
  return to;
}

}  // namespace

Explanation explain(const tasks::FineTuned& model, const std::vector<std::string>& texts,
                    const ExplainOptions& options) {
  require(!model.network->config().is_decoder, "explain: got a decoder, want a BERT that sees both sides");
  const WithoutGradients frozen(model.network->parameters());
  Explanation to{.shown = shown_text(model, texts, options.context)};
  const Explained chosen = explained(model, to.shown, options);
  const tasks::Item* item = &to.shown.item;
  const Question question{*model.network, tasks::batch_of({&item, 1}), chosen.target, chosen.rows};
  to.what = chosen.what;
  to.where = chosen.where;
  to.quantity = options.quantity;
  to.gradients = gradients_of(question);
  const Array baseline = baseline_of(*model.network, to.shown, *model.tokenizer, question.batch.ids, options.baseline);
  const std::vector<std::vector<int64_t>> sets = rows_of_words(to.shown);
  const auto step = [&](int64_t done) {
    if (options.progress) options.progress(done, options.nodes + std::ssize(sets));
  };
  to.integrated = integrated_gradients(question, baseline, options.nodes, step);
  const std::vector<double> without =
      occlusion(question, sets, model.tokenizer->mask_id(), [&](int64_t done) { step(options.nodes + done); });
  for (auto next = without.begin(); const TextWord& word : to.shown.words) {
    to.words.push_back(saliency_of(word, to.gradients, to.integrated));
    if (!word.is_special()) to.words.back().occlusion = *next++;
  }
  return to;
}

std::vector<std::string> quantity_names() { return {"score", "probability", "log-probability"}; }
std::vector<std::string> baseline_names() { return {"pad", "mask", "unknown", "zero"}; }

tasks::FineTuned read_explainable(const std::filesystem::path& given) {
  const std::filesystem::path directory = io::model_directory(given);
  return tasks::read_fine_tuned(directory, tasks::mlm(), Precision::fp32);
}

}  // namespace bertlet::inside
