#include "bert/generation/generate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "bert/generation/beam_search.h"
#include "bert/generation/continuation.h"
#include "bert/generation/scores.h"
#include "core/ops.h"
#include "core/random.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

void check(const GenerationOptions& options, const Config& config) {
  require(config.is_decoder, "generate: got a model that is no decoder, want is_decoder in its config");
  require(options.max_new_tokens >= 0, "generate: got max_new_tokens {}, want 0 or more", options.max_new_tokens);
  require(options.repetition_penalty > 0, "generate: got repetition_penalty {}, want more than 0",
          options.repetition_penalty);
  require(options.no_repeat_ngram_size >= 0, "generate: got no_repeat_ngram_size {}, want 0 or more",
          options.no_repeat_ngram_size);
  require(options.temperature > 0, "generate: got temperature {}, want more than 0; greedy has no use for one",
          options.temperature);
  require(options.top_k >= 0, "generate: got top_k {}, want 0 or more", options.top_k);
  require(0 <= options.top_p && options.top_p <= 1, "generate: got top_p {}, want 0 … 1", options.top_p);
  require(options.beams >= 1 && options.num_return >= 1, "generate: got {} beams and num_return {}, want 1 or more",
          options.beams, options.num_return);
  require(options.beams == 1 || options.choice == Choice::likeliest,
          "generate: got {} beams and words drawn by chance, want one of them", options.beams);
  require(options.beams == 1 || std::ssize(options.stop) < config.vocab_size,
          "generate: got {} stop tokens in a vocabulary of {}, want a word that goes on", options.stop.size(),
          config.vocab_size);
  require(options.num_return <= options.beams || options.choice == Choice::drawn,
          "generate: got num_return {} for {}, want at most as many texts as beams", options.num_return, options.beams);
}

void check_ids(const char* what, const Text& ids, const Config& config) {
  require(!ids.empty(), "generate: got {} of no words, want some", what);
  for (const int64_t id : ids)
    require(0 <= id && id < config.vocab_size, "generate: got the word {} in {}, want 0 … {}", id, what,
            config.vocab_size - 1);
}

// The last new word is never looked at, so it needs no position.
void check_length(const Text& prompt, const GenerationOptions& options, const Config& config) {
  const int64_t rows = std::ssize(prompt) + std::max<int64_t>(0, options.max_new_tokens - 1);
  require(rows <= config.max_position_embeddings,
          "generate: got a prompt of {} words and max_new_tokens {}, want together at most {}, for which the model has "
          "positions",
          prompt.size(), options.max_new_tokens, config.max_position_embeddings + 1);
}

// The word at which the probabilities, added up, pass u in 0 … 1.
int64_t drawn(Scores scores, double u) {
  const double peak = static_cast<double>(*std::ranges::max_element(scores));
  const auto weight = [&](real score) { return std::exp(static_cast<double>(score) - peak); };
  double all = 0, passed = 0;
  for (const real score : scores) all += weight(score);
  int64_t last = 0;
  for (int64_t word = 0; word < std::ssize(scores); ++word) {
    const double w = weight(scores[to_size(word)]);
    if (w == 0) continue;
    last = word;
    if ((passed += w) > u * all) return word;
  }
  return last;
}

// A text's chance is a function of seed, step and the text's number, whatever else is drawn.
double chance(const GenerationOptions& options, int64_t step, int64_t text) {
  const Rng rng{
      .seed = options.seed, .step = static_cast<std::uint64_t>(step), .site = static_cast<std::uint32_t>(text)};
  return static_cast<double>(uniform(rng, {1})[0]);
}

int64_t chosen(Scores scores, const GenerationOptions& options, int64_t step, int64_t text) {
  require(*std::ranges::max_element(scores) > -std::numeric_limits<real>::infinity(),
          "generate: every word is forbidden after {} new ones", step);
  return options.choice == Choice::likeliest ? argmax(scores) : drawn(scores, chance(options, step, text));
}

// One text after the other gets its next word; those that end are left out from then on.
std::vector<Text> follow(Continuation& texts, const std::vector<int64_t>& prompt_lengths,
                         const GenerationOptions& options, const Listener& listener) {
  std::vector<Text> results = texts.texts();
  std::vector<int64_t> open(results.size());  // the numbers of the texts that go on
  std::iota(open.begin(), open.end(), 0);
  for (int64_t step = 0; step < options.max_new_tokens; ++step) {
    if (listener.interrupted && listener.interrupted()) break;
    Array scores = texts.take_scores();
    std::vector<int64_t> words, go_on, still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const int64_t number = open[i], vocabulary = scores.shape()[1];
      Text& text = results[to_size(number)];
      const Scores row(scores.data() + static_cast<int64_t>(i) * vocabulary, to_size(vocabulary));
      adjust(row, text, prompt_lengths[to_size(number)], options);
      const int64_t word = chosen(row, options, step, number);
      text.push_back(word);
      if (listener.on_word) listener.on_word(number, word);
      if (std::ranges::find(options.stop, word) != options.stop.end()) continue;
      words.push_back(word);
      go_on.push_back(static_cast<int64_t>(i));
      still_open.push_back(number);
    }
    open = std::move(still_open);
    if (open.empty()) break;
    texts.select(go_on);
    texts.append(words);
  }
  return results;
}

}  // namespace

std::vector<std::vector<Generated>> generate(const CausalLM& model, const std::vector<Text>& prompts,
                                             const GenerationOptions& options, const Listener& listener,
                                             const EncoderStates* memory) {
  const Config& config = model.bert.config;
  check(options, config);
  require(!prompts.empty(), "generate: got no prompt, want one");
  for (const Text& prompt : prompts) {
    check_ids("a prompt", prompt, config);
    check_length(prompt, options, config);
  }
  for (const Text& words : options.bad_words) check_ids("bad words", words, config);
  if (!options.stop.empty()) check_ids("the stop tokens", options.stop, config);
  if (options.beams > 1) return beam_search(model, prompts, options, listener, memory);

  Continuation texts(model, prompts, options, memory);
  if (options.max_new_tokens > 0) texts.compute_scores();  // of each prompt once
  std::vector<int64_t> from, lengths;
  for (std::size_t i = 0; i < prompts.size(); ++i)
    for (int64_t copy = 0; copy < options.num_return; ++copy) {
      from.push_back(static_cast<int64_t>(i));
      lengths.push_back(std::ssize(prompts[i]));
    }
  texts.select(from);
  std::vector<std::vector<Generated>> results(prompts.size());
  const std::vector<Text> grown = follow(texts, lengths, options, listener);
  for (std::size_t i = 0; i < grown.size(); ++i) results[to_size(from[i])].push_back({grown[i]});
  return results;
}

}  // namespace bertlet::bert
