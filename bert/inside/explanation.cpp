#include "bert/inside/explanation.h"

#include <cmath>

#include "bert/heads/network.h"
#include "bert/inside/explained.h"
#include "bert/io/model_directory.h"
#include "core/nth.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

std::int64_t unknown_id(const text::Tokenizer& tokenizer) {
  return tokenizer.vocabulary().id(tokenizer.options().special.unknown);
}

// Word embeddings with which nothing is said: special tokens stay, and of words there is nothing left.
Array baseline_of(const bert::Network& network, const ShownText& shown, const text::Tokenizer& tokenizer,
                  const std::vector<std::int64_t>& ids, Baseline baseline) {
  const std::int64_t instead = baseline == Baseline::mask      ? tokenizer.mask_id()
                               : baseline == Baseline::unknown ? unknown_id(tokenizer)
                                                               : tokenizer.pad_id();
  std::vector<std::int64_t> silent = ids;
  for (const TextWord& word : shown.words)
    for (const std::int64_t row : word.rows)
      if (!word.is_special() && ids[nth(row)] != tokenizer.mask_id()) silent[nth(row)] = instead;
  Array to = word_vectors(network, silent).clone();
  const std::int64_t columns = to.shape()[1];
  for (std::int64_t row = 0; baseline == Baseline::zero && row < std::ssize(ids); ++row)
    if (silent[nth(row)] != ids[nth(row)]) std::fill_n(to.data() + row * columns, columns, real{0});
  return to;
}

std::vector<std::vector<std::int64_t>> rows_of_words(const ShownText& shown) {
  std::vector<std::vector<std::int64_t>> to;
  for (const TextWord& word : shown.words)
    if (!word.is_special()) to.push_back(word.rows);
  return to;
}

WordSaliency saliency_of(const TextWord& word, const Gradients& gradients, const IntegratedGradients& integrated) {
  WordSaliency to;
  for (const std::int64_t row : word.rows) {
    to.times_input += gradients.times_input[nth(row)];
    to.norm = std::hypot(to.norm, gradients.norm[nth(row)]);
    to.integrated += integrated.scores[nth(row)];
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
  const std::vector<std::vector<std::int64_t>> sets = rows_of_words(to.shown);
  const auto step = [&](std::int64_t done) {
    if (options.progress) options.progress(done, options.nodes + std::ssize(sets));
  };
  to.integrated = integrated_gradients(question, baseline, options.nodes, step);
  const std::vector<double> without =
      occlusion(question, sets, model.tokenizer->mask_id(), [&](std::int64_t done) { step(options.nodes + done); });
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
  const bool says_its_task = std::filesystem::exists(directory / "task.json");
  const std::string head = bert::head_of(bert::read_config(directory / "config.json"));
  const bool knows_words = head == "pretraining" || head == "masked-lm";
  return !says_its_task && knows_words ? tasks::read_language_model(directory) : tasks::read_fine_tuned(directory);
}

}  // namespace bertlet::inside
