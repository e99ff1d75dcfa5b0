#include <fmt/format.h>

#include "bert/generation/generate.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "optim/adam.h"

// A small decoder learns a tale and continues it from its first words:   build/first_steps/09_pretraining/tale

using namespace bertlet;
using text::Tokenizer;

const std::vector<std::string> tale{"the cat sees a fish",    "the fish sees the cat",  "the fish swims away",
                                    "the cat sits and waits", "the cat sits and waits", "the fish waits"};

bert::Batch batch_of(const Tokenizer& tokenizer) {
  std::vector<bert::Sequence> lines;
  for (const std::string& line : tale) lines.push_back({tokenizer.encode(line).ids});
  return bert::Batch::of(lines);
}

void learn(bert::CausalLM& model, const bert::Batch& batch) {
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.bert.config, 1);
  parameters.flatten();
  optim::AdamW optimizer(parameters, {.lr = 3e-3});
  for (std::uint64_t step = 0; step <= 100; ++step) {
    Pass pass{.training = true, .rng = {.seed = 2, .step = step}};
    parameters.reset_grad();
    const Tensor loss =
        model.loss(model.score(batch, pass), batch, {.labels = batch.ids});  // of each word the next one
    if (step % 50 == 0) fmt::print("step {:3}  loss {:.1f}\n", step, loss.item());
    backward(loss);
    optimizer.step({.clip = 1});
  }
}

int main() {
  const Tokenizer tokenizer(text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "and", "cat",
                                              "fish", "see", "swim", "wait", "sit", "##s", "away"}));
  bert::CausalLM model({.vocab_size = 16,
                        .hidden_size = 32,
                        .num_hidden_layers = 2,
                        .num_attention_heads = 2,
                        .intermediate_size = 64,
                        .max_position_embeddings = 32,
                        .is_decoder = true});
  learn(model, batch_of(tokenizer));

  const auto show = [&](const char* how, const std::string& prompt, bert::GenerationOptions options) {
    std::vector<int64_t> ids = tokenizer.encode(prompt).ids;
    options.stop = {ids.back()};
    ids.pop_back();  // the [SEP], which would end the text
    fmt::print("\n{}\n", how);
    const auto texts = bert::generate(model, {ids}, options);  // of each prompt some
    for (const bert::Generated& each : texts[0]) fmt::print("  {}\n", tokenizer.decode(each.text, {.special = false}));
  };
  show("the likeliest words:", "the cat sits", {});
  show("three beams:", "the", {.beams = 3, .num_return = 3});
  show("words drawn by chance:", "the", {.choice = bert::Choice::drawn, .seed = 3, .num_return = 3});
}
