#include <fmt/format.h>

#include "apps/romeo_juliet/dialogue.h"
#include "core/ops.h"
#include "optim/adam.h"
#include "optim/schedule.h"

// The tutorial: from six lines of text to a BERT that knows them by heart.   build/romeo_juliet

using namespace bertlet;

constexpr int64_t epochs = 100;

// --- 1. The text, as ids ------------------------------------------------------------------------------------------

void show_text(const std::vector<std::string>& lines, const text::Tokenizer& tokenizer) {
  for (const std::string& line : lines) fmt::print("{}\n", line);
  fmt::print("{} tokens, from {} {} {} {} to {}\n\n", tokenizer.vocabulary().size(), tokenizer.vocabulary().token(0),
             tokenizer.vocabulary().token(1), tokenizer.vocabulary().token(2), tokenizer.vocabulary().token(3),
             tokenizer.vocabulary().tokens().back());
}

// --- 2. The model: layers are made here, once, and nowhere else ---------------------------------------------------

bert::Config config_for(const text::Tokenizer& tokenizer) {
  return {.vocab_size = tokenizer.vocabulary().size(),
          .hidden_size = 768,
          .num_hidden_layers = 6,
          .num_attention_heads = 12,
          .intermediate_size = 3072,
          .hidden_dropout_prob = 0,
          .attention_probs_dropout_prob = 0,
          .max_position_embeddings = 30};
}

// --- 3. Training: the same batch again and again ------------------------------------------------------------------

void train(const bert::PreTraining& model, Parameters& parameters, const data::PretrainingBatch& batch) {
  const std::vector<int64_t> masked = model.rows_of(batch.rows, batch.wanted);  // no other row needs scores
  optim::Adam optimizer(parameters, {.lr = 1e-3});
  const optim::Schedule schedule = optim::linear({.warmup = 10, .total = epochs});
  for (int64_t epoch = 0; epoch < epochs; ++epoch) {
    Pass pass{.training = true};
    parameters.reset_grad();
    const Tensor loss = model.loss(model.score(batch.rows, pass, {}, masked), batch.rows, batch.wanted);
    if ((epoch + 1) % 10 == 0) fmt::print("epoch {:3}  loss {:.4f}\n", epoch + 1, loss.item());
    backward(loss);
    optimizer.step({.factor = schedule(epoch), .clip = 1});
  }
}

// --- 4. What it has learned ---------------------------------------------------------------------------------------

void show(const bert::PreTraining& model, const text::Tokenizer& tokenizer, const data::Instance& example) {
  Pass pass;
  const bert::Scored scored = model.score(data::to_batch({&example, 1}).rows, pass);
  const std::vector<int64_t> words = argmax_of_rows(scored.scores.value());  // of [N, V]
  const std::vector<int64_t> next = argmax_of_rows(scored.next.value());     // of [1, 2]

  std::string wanted, found;
  for (const data::Hidden& hidden : example.hidden) {
    wanted += " " + tokenizer.vocabulary().token(hidden.id);
    found += " " + tokenizer.vocabulary().token(words[to_size(hidden.position)]);
  }
  fmt::print("\n{}\n", tokenizer.decode(example.ids));
  fmt::print("masked words:{}\nfound:       {}\n", wanted, found);
  fmt::print("next sentence: {}\nfound:         {}\n", example.pair == data::Pair::follows, next[0] == 0);
}

int main() {
  const std::vector<std::string> lines = romeo::cleaned(romeo::dialogue);
  const text::Tokenizer tokenizer = romeo::tokenizer_of(lines);
  show_text(lines, tokenizer);

  // Six examples, three of a line and the next: [CLS] a line [SEP] another one [SEP], with some words masked.
  const std::vector<data::Instance> examples = romeo::draw_examples(lines, tokenizer, {.seed = 1});
  const data::PretrainingBatch batch = data::to_batch(examples);

  const bert::Config config = config_for(tokenizer);
  bert::PreTraining model(config);
  Parameters parameters = parameters_of(model);
  parameters.flatten();
  bert::initialise(parameters, config, 1);

  train(model, parameters, batch);
  for (const data::Instance& example : examples) show(model, tokenizer, example);
}
