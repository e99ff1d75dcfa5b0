#pragma once
#include <filesystem>

#include "apps/romeo_juliet/dialogue.h"
#include "optim/adam.h"
#include "optim/schedule.h"

namespace romeo {

enum class FirstValues {
  bert,     // normal with deviation 0.02, biases 0
  pytorch,  // what PyTorch's layers start with: embeddings of deviation 1, the rest uniform in ±1/√in
};

// How the toy is trained.
struct TrainingOptions {
  double lr = 1e-3;
  int64_t warmup = 10;  // epochs in which the rate rises to lr
  bool decay = true;    // afterwards it falls to 0 in a straight line
  double clip = 1;      // the largest gradient norm; 0: no limit
  FirstValues first_values = FirstValues::bert;
  bool asks_for_pads = false;  // lists of hidden words are filled up with pads, and these count in the loss
};
TrainingOptions tutorial_recipe();

struct Settings {
  std::vector<std::string> lines = dialogue;
  Draw draw = {};
  int64_t layers = 6, hidden = 768, heads = 12, feed_forward = 3072, epochs = 100;
  std::uint64_t seed = 1;
  TrainingOptions recipe = {};
};

struct Loss {
  double words, sentences;
  double sum() const { return words + sentences; }
};

// What the model says about an example.
struct Answer {
  std::vector<int64_t> words;  // one for each that is hidden
  bool follows;
};

struct Verdict {
  Loss loss;
  std::vector<Answer> answers;
};

// The model and the one batch it learns.
class Toy {
 public:
  explicit Toy(const Settings& settings);

  Loss train(int64_t epoch);                                               // one step; the loss is that before it
  Verdict ask() const;                                                     // here pads never count
  bertlet::Array attention(std::size_t example, std::size_t layer) const;  // [A, from, to]

  void save(const std::filesystem::path& directory) const;  // as transformers have it

  const bertlet::text::Tokenizer& tokenizer() const { return tokenizer_; }
  const std::vector<bertlet::data::Instance>& examples() const { return examples_; }
  const bertlet::bert::Batch& rows() const { return batch_.rows; }
  int64_t parameters() const { return parameters_.count(); }
  const std::vector<int64_t>& asked_words() const { return asked_.words; }  // those that the loss counts

 private:
  // The rows that are decoded, and the words that belong there.
  struct Targets {
    std::vector<int64_t> rows, words;
  };
  Targets asked(bool pads) const;

  Settings settings_;
  bertlet::text::Tokenizer tokenizer_;
  std::vector<bertlet::data::Instance> examples_;
  bertlet::data::PretrainingBatch batch_;
  Targets hidden_, asked_;
  bertlet::bert::PreTraining model_;
  bertlet::Parameters parameters_;
  bertlet::optim::Adam optimizer_;
  bertlet::optim::Schedule schedule_;
};

}  // namespace romeo
