#pragma once
#include <filesystem>
#include <functional>

#include "bert/tasks/learner.h"
#include "bert/tasks/tables/examples.h"
#include "bert/tasks/tables/labels.h"
#include "bert/tasks/tables/split.h"
#include "bert/text/tokenizer.h"
#include "bert/train/trainer.h"

namespace bertlet::tasks {

struct DataOptions {
  std::int64_t max_length = 128;       // of a sequence, with [CLS] and [SEP]
  text::Part part = text::Part::head;  // what of a text that is longer is looked at
  bool windows = false;                // or all of it, in windows
  std::int64_t stride = 0;             // how many tokens a window shares with the one before; in qa, how far it is on
  ColumnChoice columns = {};
  BadRows bad_rows = BadRows::refused;  // collected: those that cannot be read are left out, and labels may be missing
  std::optional<RowNumbers> rows = {};  // these alone; otherwise all
};

using Record = io::Json;  // what is said of an example, by column

// A file as items, and what becomes of a model's outputs for them.
class Data {
 public:
  virtual ~Data() = default;

  const std::vector<Item>& items() const { return items_; }
  virtual std::int64_t examples() const { return std::ssize(items_); }
  virtual bool labelled() const = 0;

  // Items of a class that are learned from too, of which only a teacher knows what they are.
  void add_unlabelled(const Data& more);

  // A batch as it is shown this time, where that is another way each time; otherwise nothing.
  virtual std::vector<Item> drawn(ItemSpan batch, const Rng& rng) const;

  virtual std::vector<BadRow> bad_rows() const { return {}; }

  // Of labelled data. The first one is the task's own. `examples` are those that count, a number as often as it is
  // there.
  virtual train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const = 0;
  train::Measures measures(std::span<const Output> outputs) const;

  // The same for many choices of examples: what they share is done once.
  using Measuring = std::function<train::Measures(std::span<const std::int64_t> examples)>;
  virtual Measuring measuring(std::span<const Output> outputs) const;

  // What a model says that knows only how frequent the labels are.
  virtual std::vector<Output> baseline() const = 0;
  const train::References& references() const;  // and how good that is

  virtual std::vector<Record> predictions(std::span<const Output> outputs) const = 0;  // an example each, in order
  virtual std::string details(std::span<const Output> outputs) const;                  // for people, beyond measures

  // No answer is given where "none" scores higher by more than this; an error where there are no answers.
  virtual void set_threshold(double threshold);

  // An example that the model has wrong.
  struct Wrong {
    std::string place, text;
    Record facts;       // what is so and what was said: strings, or lists of them
    std::string scale;  // what `degree` is: confidence, error, wrong_entities
    double degree = 0;  // how wrong
  };
  virtual std::vector<Wrong> wrong(std::span<const Output> outputs) const = 0;  // in the file's order
  std::vector<Wrong> worst(std::span<const Output> outputs, std::int64_t most) const;

 protected:
  std::vector<Item> items_;

 private:
  mutable std::optional<train::References> references_;
};

// The labels there are already, or else those that are seen.
using Seen = std::function<std::vector<std::string>()>;
const Labels& known_or_seen(std::optional<Labels>& labels, const Seen& seen);

// Those of the rows that were asked for.
template <class Row>
void choose_rows(std::vector<Row>& all, const std::optional<RowNumbers>& asked) {
  if (!asked) return;
  std::vector<Row> chosen;
  for (const std::int64_t row : *asked) chosen.push_back(std::move(all.at(static_cast<std::size_t>(row))));
  all = std::move(chosen);
}

// Texts or pairs of a table.
enum class Apart { no, yes };  // the texts of a pair: together in one sequence, or each by itself
struct TextOptions : DataOptions {
  Texts texts = Texts::one;
  Apart apart = Apart::no;
};

// `labels` are those found in the file, where there are none yet.
std::unique_ptr<Data> class_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                 const TextOptions& options, std::optional<Labels>& labels);
std::unique_ptr<Data> multilabel_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                      const TextOptions& options, std::optional<Labels>& labels);
// Numbers; of pairs told apart, cosines from 0 to 1.
std::unique_ptr<Data> value_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                 const TextOptions& options);
std::unique_ptr<Data> tag_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                               const DataOptions& options, std::optional<Labels>& labels);
enum class Answers { training, measured };  // windows with the answer's place; or all windows, and whole answers
std::unique_ptr<Data> question_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                    const DataOptions& options, Answers answers);
std::unique_ptr<Data> choice_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                  const DataOptions& options);

// Texts of which tokens are hidden: others in each batch; always the same, so that measures can be compared; or where
// the texts have [MASK]. Long texts come in windows. The tokenizer lives longer than the data.
enum class Masks { drawn, fixed, given };
struct MaskedOptions : DataOptions {
  Masks masks = Masks::drawn;
  double rate = 0.15;        // of the tokens
  bool whole_words = false;  // all pieces of a word are hidden, or none
};
std::unique_ptr<Data> masked_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                  const MaskedOptions& options);

// The rows of these files as texts with labels, for those who look at data as a whole: words and their tags; questions
// with their passages; a text with all its endings, a line each.
Examples tag_examples(const std::filesystem::path& file, BadRows bad_rows);
Examples question_examples(const std::filesystem::path& file);
Examples choice_examples(const std::filesystem::path& file, const ColumnChoice& columns, BadRows bad_rows);

}  // namespace bertlet::tasks
