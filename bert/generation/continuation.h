#pragma once
#include <optional>

#include "bert/generation/options.h"
#include "bert/heads/word_head.h"

namespace bertlet::bert {

// Texts that grow word by word, and what the model says comes next. With a cache each step costs the new words only.
//
//   Continuation texts(model, {{101, 7592}, {101, 2088, 2003}}, {});
//   texts.append(likeliest(texts.take_scores()));
class Continuation {
 public:
  Continuation(const CausalLM& model, std::vector<Text> texts, const GenerationOptions& options,
               const EncoderStates* memory = nullptr);

  void compute_scores();  // where they are not there yet
  Array take_scores();    // [B, V]: of every word, to be the next one of each text. The caller may write to them
  void append(const std::vector<int64_t>& words);
  void select(const std::vector<int64_t>& which);  // text i goes on from what text which[i] was, scores and all

  const std::vector<Text>& texts() const { return texts_; }

 private:
  Batch new_rows() const;

  const CausalLM& model_;
  std::vector<Text> texts_;
  std::vector<int64_t> cached_words_;  // of each text
  std::optional<EncoderStates> memory_;
  std::optional<Cache> cache_;
  Array scores_;  // none where they are not computed, or taken
};

}  // namespace bertlet::bert
