#include <fmt/format.h>

#include <algorithm>

#include "bert/bertlet.h"

// A BERT of two small layers learns five sentences by filling in their gaps:   build/first_steps/09_pretraining/gaps

using namespace bertlet;
using text::Tokenizer;

const std::vector<std::string> sentences{"the cat eats fish", "the dog eats bones", "the dog chases the cat",
                                         "the cat sleeps", "fish swim"};

// Every sentence with each of its words masked in turn, and the words as labels.
struct Gaps {
  std::vector<bert::Sequence> texts;
  std::vector<int64_t> labels;

  explicit Gaps(const Tokenizer& tokenizer) {
    for (const std::string& sentence : sentences) {
      const std::vector<int64_t> ids = tokenizer.encode(sentence).ids;
      for (std::size_t gap = 1; gap + 1 < ids.size(); ++gap) {
        texts.push_back({ids});
        texts.back().ids[gap] = tokenizer.mask_id();
        for (std::size_t t = 0; t < ids.size(); ++t) labels.push_back(t == gap ? ids[t] : no_label);
      }
    }
  }
};

std::string filled(const bert::MaskedLM& model, const Tokenizer& tokenizer, const std::string& sentence) {
  const std::vector<int64_t> ids = tokenizer.encode(sentence).ids;
  Pass pass;
  const bert::Scored scored = model.score(bert::Batch::of({{ids}}), pass);
  const int64_t gap = std::ranges::find(ids, tokenizer.mask_id()) - ids.begin();
  return tokenizer.vocabulary().token(argmax_of_rows(scored.scores.value())[to_size(gap)]);
}

int main() {
  const Tokenizer tokenizer(text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "dog", "eats",
                                              "chases", "sleeps", "swim", "fish", "bones"}));
  bert::Config config{.vocab_size = 14,
                      .hidden_size = 32,
                      .num_hidden_layers = 2,
                      .num_attention_heads = 2,
                      .intermediate_size = 64,
                      .max_position_embeddings = 16};
  bert::MaskedLM model(config);
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, config, 1);
  parameters.flatten();
  fmt::print("{} parameters\n\n", parameters.count());

  const Gaps gaps(tokenizer);
  const bert::Batch batch = bert::Batch::of(gaps.texts);
  fmt::print("{} sentences of at most {} tokens, {} rows\n", batch.sequences(), batch.spans.longest(), batch.rows());
  const bert::Wanted wanted{.labels = gaps.labels};
  const std::vector<int64_t> masked = model.rows_of(batch, wanted);  // no other row needs scores
  optim::AdamW optimizer(parameters, {.lr = 3e-3});
  for (std::uint64_t step = 0; step <= 150; ++step) {
    Pass pass{.training = true, .rng = {.seed = 2, .step = step}};
    parameters.reset_grad();
    const Tensor loss = model.loss(model.score(batch, pass, {}, masked), batch, wanted);
    if (step % 50 == 0) fmt::print("step {:3}  loss {:.1f}\n", step, loss.item());
    backward(loss);
    optimizer.step({.clip = 1});
  }

  fmt::print("\n");
  for (const std::string sentence :
       {"the [MASK] eats fish", "the [MASK] eats bones", "the dog chases the [MASK]", "the cat [MASK]", "[MASK] swim"})
    fmt::print("{:26} {}\n", sentence, filled(model, tokenizer, sentence));
}
