// The word that comes next: a decoder, which `bertlet generate` goes on with.
#include <fmt/format.h>

#include <cmath>

#include "bert/metrics/scores.h"
#include "bert/tasks/language_task.h"

namespace bertlet::tasks {

namespace {

// The mean loss of an example's tokens.
double loss_of(const Data& data, int64_t i, Outputs outputs) {
  const Guessed its = guessed(data, outputs, {&i, 1});
  return metrics::ratio(its.loss, static_cast<double>(its.all));
}

// Texts in windows, of which each token but the first is to be found from those before it.
class NextWords : public LanguageTask {
 public:
  Facts facts() const override {
    return {
        "causal", "The word that comes next: a decoder for `bertlet generate`",
        R"(A decoder learns to continue texts: a text per line, or a column of a table; long ones come in windows. It begins from
nothing (--model tiny), or with the weights of an encoder, whose tokens see only those before them from then on.
`bertlet generate RUN PROMPT` continues a text; `bertlet predict` gives the perplexity of each.)",
        "BertLMHeadModel"};
  }

  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override {
    auto to = std::make_unique<Data>(std::move(examples), tokenizer);
    to->examples.labelled = use != Use::predicting;
    const text::EncodeOptions how{.max_length = max_length.value_or(128), .overflow = true, .keep = keep};
    for (int64_t i = 0; i < to->size(); ++i)
      for (text::Encoding& window : windows_of(tokenizer.encode(to->row(i).text, how))) {
        Item& item = to->items.emplace_back(Item{.labels = window.ids, .example = i});
        item.labels[0] = no_label;
        item.add(std::move(window));
      }
    return to;
  }

  std::unique_ptr<bert::Network> network(bert::Config config) const override {
    config.is_decoder = true;
    return Task::network(std::move(config));
  }

  // The texts that surprise most.
  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override {
    const double loss = loss_of(data, i, outputs);
    return {.place = place_of(data, i),
            .text = data.row(i).text,
            .facts = {{"perplexity", fmt::format("{:.4g}", std::exp(loss))}},
            .scale = "loss",
            .degree = loss};
  }
  Record prediction(const Data& data, int64_t i, Outputs outputs) const override {
    Record to = record_of(data, i);
    to["prediction"] = std::exp(loss_of(data, i, outputs));
    return to;
  }
  std::string shown(const Data& data, int64_t i, Outputs outputs) const override {
    return fmt::format("perplexity {:.4g}\n", std::exp(loss_of(data, i, outputs)));
  }
  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions&) const override {
    return {{"perplexity", std::exp(loss_of(data, i, outputs))}};
  }
};

}  // namespace

std::unique_ptr<Task> causal() { return std::make_unique<NextWords>(); }

}  // namespace bertlet::tasks
