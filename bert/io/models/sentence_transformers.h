#pragma once
#include <filesystem>
#include <optional>
#include <variant>

#include "bert/heads/states.h"
#include "nn/dense/linear.h"

// A sentence-transformers directory: a model, and modules.json, which says how its tokens become a sentence's vector.
namespace bertlet::bert {

struct SentenceDense {
  Linear linear;
  Activation activation;
};
struct SentenceNormalize {};
using SentenceStep = std::variant<SentenceDense, SentenceNormalize>;

struct SentenceModules {
  std::vector<SentencePool> pools = {SentencePool::mean};  // concatenated
  std::vector<SentenceStep> steps = {};                    // on the pooled vector, one after another
  std::optional<int64_t> max_length = {};                  // in tokens
  bool lower_case = false;                                 // also where the tokenizer does not
  std::string prompt = {};                                 // in front of every text
};

// Nothing where the directory has no modules.json. A module that is not known here is an error that names it.
std::optional<SentenceModules> read_sentence_modules(const std::filesystem::path& directory);

}  // namespace bertlet::bert
