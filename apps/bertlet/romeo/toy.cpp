#include "apps/bertlet/romeo/toy.h"

#include <algorithm>
#include <cmath>

#include "bert/io/json/manifest.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/ops.h"
#include "nn/init.h"
#include "nn/losses/losses.h"

namespace romeo {

using namespace bertlet;

namespace {

bert::Config config_of(const Settings& settings, int64_t vocab_size) {
  return {.vocab_size = vocab_size,
          .hidden_size = settings.hidden,
          .num_hidden_layers = settings.layers,
          .num_attention_heads = settings.heads,
          .intermediate_size = settings.feed_forward,
          .hidden_dropout_prob = 0,
          .attention_probs_dropout_prob = 0,
          .max_position_embeddings = settings.draw.longest};
}

optim::Schedule schedule_of(const Settings& settings) {
  const int64_t warmup = settings.recipe.warmup;
  return settings.recipe.decay ? optim::linear({.warmup = warmup, .total = settings.epochs})
                               : optim::constant_with_warmup(warmup);
}

void as_pytorch(Parameters& parameters, const Settings& settings) {
  const auto bound = [](int64_t in) { return real(1) / std::sqrt(static_cast<real>(in)); };
  const auto bias = [&](int64_t in) { return uniform_init(-bound(in), bound(in)); };
  initialise(parameters, settings.seed,
             {{"*LayerNorm.weight", constant(1)},
              {"*LayerNorm.bias", constant(0)},
              {"*embeddings.weight", normal_init(1)},
              {"cls.predictions.bias", constant(0)},
              {"*layer.*.output.dense.bias", bias(settings.feed_forward)},
              {"*bias", bias(settings.hidden)},
              {"*", kaiming_uniform(std::sqrt(real(1) / 3))}});
}

Parameters prepared(bert::PreTraining& model, const Settings& settings) {
  Parameters parameters = parameters_of(model);
  parameters.flatten();
  if (settings.recipe.first_values == FirstValues::pytorch)
    as_pytorch(parameters, settings);
  else
    bert::initialise(parameters, model.bert.config, settings.seed);
  return parameters;
}

}  // namespace

TrainingOptions tutorial_recipe() {
  return {.warmup = 0, .decay = false, .clip = 0, .first_values = FirstValues::pytorch, .asks_for_pads = true};
}

Toy::Toy(const Settings& settings)
    : settings_(settings),
      tokenizer_(tokenizer_of(cleaned(settings.lines))),
      examples_(draw_examples(cleaned(settings.lines), tokenizer_, settings.draw)),
      batch_(data::to_batch(examples_)),
      hidden_(asked(false)),
      asked_(asked(settings.recipe.asks_for_pads)),
      model_(config_of(settings, tokenizer_.vocabulary().size())),
      parameters_(prepared(model_, settings)),
      optimizer_(parameters_, {.lr = settings.recipe.lr}),
      schedule_(schedule_of(settings)) {}

Toy::Targets Toy::asked(bool pads) const {
  Targets asked;
  for (std::size_t i = 0; i < examples_.size(); ++i) {
    const int64_t first = batch_.rows.spans.begin(static_cast<int64_t>(i));
    for (const data::Hidden& hidden : examples_[i].hidden) {
      asked.rows.push_back(first + hidden.position);
      asked.words.push_back(hidden.id);
    }
    const int64_t missing = pads ? settings_.draw.most_hidden - std::ssize(examples_[i].hidden) : 0;
    asked.rows.insert(asked.rows.end(), to_size(missing), first);
    asked.words.insert(asked.words.end(), to_size(missing), tokenizer_.pad_id());
  }
  return asked;
}

Loss Toy::train(int64_t epoch) {
  Pass pass{.training = true, .rng = {.seed = settings_.seed, .step = static_cast<std::uint64_t>(epoch)}};
  parameters_.reset_grad();
  const bert::Scored scored = model_.score(batch_.rows, pass, {}, asked_.rows);
  const Tensor words = cross_entropy(scored.scores, asked_.words);
  const Tensor sentences = cross_entropy(scored.next, batch_.wanted.next);
  backward(words + sentences);
  optimizer_.step({.factor = schedule_(epoch), .clip = settings_.recipe.clip});
  return {static_cast<double>(words.item()), static_cast<double>(sentences.item())};
}

Verdict Toy::ask() const {
  Pass pass;
  const bert::Scored scored = model_.score(batch_.rows, pass, {}, hidden_.rows);
  Verdict verdict{.loss = {static_cast<double>(cross_entropy(scored.scores, hidden_.words).item()),
                           static_cast<double>(cross_entropy(scored.next, batch_.wanted.next).item())},
                  .answers = {}};
  const std::vector<int64_t> follows = argmax_of_rows(scored.next.value());
  const std::vector<int64_t> words = argmax_of_rows(scored.scores.value());
  for (auto word = words.begin(); const data::Instance& example : examples_) {
    const auto end = word + std::ssize(example.hidden);
    verdict.answers.push_back({{word, end}, follows[verdict.answers.size()] == 0});
    word = end;
  }
  return verdict;
}

Array Toy::attention(std::size_t example, std::size_t layer) const {
  Pass pass;
  return model_.bert(batch_.rows, pass, {.attentions = true}).attentions.at(layer).at(example);
}

void Toy::save(const std::filesystem::path& directory) const {
  bert::Config config = model_.bert.config;
  config.file["architectures"] = {"BertForPreTraining"};
  bert::save_model(directory, config, parameters_);
  text::write_tokenizer(tokenizer_, directory);
  bertlet::io::write_checksums(directory);
}

}  // namespace romeo
