#pragma once
#include "bert/generation/generate.h"

namespace bertlet::bert {

// generate() for several beams: of all texts one word longer than the open ones the likeliest are followed, and those
// that end are kept aside. The rules are those of transformers' BeamSearchScorer.
std::vector<std::vector<Generated>> beam_search(const CausalLM& model, const std::vector<Text>& prompts,
                                                const GenerationOptions& options, const Listener& listener,
                                                const EncoderStates* memory);

}  // namespace bertlet::bert
