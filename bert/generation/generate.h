#pragma once
#include <functional>
#include <optional>

#include "bert/generation/options.h"
#include "bert/heads/word_head.h"

namespace bertlet::bert {

struct Generated {
  Text text;                      // the prompt and what follows, with the stop token if it came to one
  std::optional<double> score{};  // of a beam
};

// Whom generate() tells and asks while it works.
struct Listener {
  // A new word, of the text with this number among all that are returned. Beams are known at the end only.
  std::function<void(int64_t text, int64_t word)> on_word = {};
  std::function<bool()> interrupted = {};  // true: return what is there by now
};

// Continues each prompt num_return times: by the likeliest words, by words drawn, or by beams. A text's words are those
// it would get alone, whatever the other prompts; drawn ones also depend on its number.
//
//   CausalLM model(config);   // config.is_decoder
//   auto texts = generate(model, {{101, 7592}}, {.max_new_tokens = 30, .stop = {102}, .beams = 4});
//   texts[0][0].text          // of the first prompt the best
std::vector<std::vector<Generated>> generate(const CausalLM& model, const std::vector<Text>& prompts,
                                             const GenerationOptions& options, const Listener& listener = {},
                                             const EncoderStates* memory = nullptr);

}  // namespace bertlet::bert
