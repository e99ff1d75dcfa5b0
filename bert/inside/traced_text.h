#pragma once
#include <filesystem>

#include "bert/inside/trace.h"
#include "bert/inside/word_reading.h"
#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::inside {

// Any model that reads a text in one sequence, with the names of what it says.
struct TracedModel {
  std::unique_ptr<bert::Network> network;
  std::shared_ptr<text::Tokenizer> tokenizer;
  enum class Says { nothing, words, labels, tags, places } says = Says::nothing;
  std::vector<std::string> labels = {};

  std::string label(int64_t id) const;  // or the word
};
TracedModel read_traced(const std::filesystem::path& directory);  // a bare encoder will do

struct TraceOptions {
  bool gradient = false;   // go back from the loss that there would be if what the model says were right
  std::string label = {};  // or this class, tag or word
  int64_t top_k = 5;
};

// A text's trace, and what the model says in the end.
struct TracedText {
  struct Saying {
    std::string of;  // a token, or the text
    std::vector<std::pair<std::string, double>> likeliest = {};
  };
  std::vector<std::string> tokens;
  Trace trace;
  std::vector<Saying> sayings = {};
};
TracedText traced(const TracedModel& model, const std::string& text, const std::string& pair,
                  const TraceOptions& options = {});

}  // namespace bertlet::inside
