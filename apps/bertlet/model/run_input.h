#pragma once
#include <filesystem>

#include "bert/heads/network.h"
#include "bert/model/padded.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace apps {

// What a model with a head is given, under Hugging Face's names and in its shapes; what is not given is empty.
struct RunInput {
  bertlet::bert::Padded padded;
  int64_t choices = 1;                  // C: multiple choice has B C sequences
  bertlet::Tensor head_mask = {};       // [A] or [L, A]
  bertlet::Tensor encoder_states = {};  // [B, S, H]
  bertlet::Array encoder_mask = {};     // [B, S] or [B, T, S]
  bertlet::bert::Wanted wanted = {};    // labels of tokens are [B, T]
};

// A JSON object with Hugging Face's names and shapes, where nested arrays are numbers and a string names a file of
// safetensors with the numbers in it.
RunInput read_run_input(const std::filesystem::path& file);

// A text, a pair, or a text with several endings to choose from.
RunInput run_input_of(const std::string& text, const std::vector<std::string>& second,
                      const bertlet::text::Tokenizer& tokenizer, int64_t max_length);

}  // namespace apps
