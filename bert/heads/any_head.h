#pragma once
#include <memory>

#include "bert/model/model.h"

namespace bertlet::bert {

// What a model with a head can be given, under Hugging Face's names and in its shapes; what is not given is empty.
struct HeadInputs {
  Padded padded;
  Padding padding = Padding::pack;
  int64_t choices = 1;         // C: multiple choice has B C sequences
  Tensor head_mask = {};       // [A] or [L, A]
  Tensor encoder_states = {};  // [B, S, H]
  Array encoder_mask = {};     // [B, S] or [B, T, S]

  std::vector<int64_t> labels = {};  // [B], [B, T] or, with several classes at once, [B, labels]
  Array values = {};                 // labels with fractions
  std::vector<int64_t> next_sentence_label = {}, start_positions = {}, end_positions = {};
};

struct HeadOutputs {
  std::vector<std::pair<std::string, Array>> tensors;  // in the caller's shape, under Hugging Face's names
  Tensor loss;                                         // empty without labels
};

enum class Report { loss, everything };  // everything: also logits, hidden states and attentions

// A head whose name is known only when the program runs.
//
//   const std::unique_ptr<AnyHead> head = make_head("masked-lm", config);
//   const HeadOutputs outputs = (*head)({.padded = padded, .labels = labels}, pass);
class AnyHead {
 public:
  virtual ~AnyHead() = default;
  virtual Parameters parameters() = 0;
  virtual HeadOutputs operator()(const HeadInputs& inputs, Pass& pass, Report report = Report::everything) const = 0;
};

std::unique_ptr<AnyHead> make_head(const std::string& name, const Config& config);
std::vector<std::string> head_names();
std::string head_of(const Config& config);  // what the config's "architectures" names; nothing if it names none of ours

}  // namespace bertlet::bert
