// Which of some endings goes with a text.
#include <algorithm>

#include "bert/tasks/task.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

int64_t label_of(const Example& row, const std::string& place) {
  const double label = number_of(row.label, place);
  const auto number = static_cast<int64_t>(label);
  require(static_cast<double>(number) == label && number >= 0 && number < std::ssize(row.parts),
          "{}: got the label {}, want a number from 0 to {}", place, row.label, row.parts.size() - 1);
  return number;
}

// With how all endings begin, where that is given.
std::string ending_of(const Example& row, int64_t number) {
  const std::string& ending = row.parts[to_size(number)];
  return row.text_b.empty() ? ending : row.text_b + " " + ending;
}

std::vector<std::string> endings_of(const Example& row) {
  std::vector<std::string> to;
  for (int64_t i = 0; i < std::ssize(row.parts); ++i) to.push_back(ending_of(row, i));
  return to;
}

std::vector<std::string> numbered(const std::vector<std::string>& endings) {
  std::vector<std::string> to;
  for (std::size_t i = 0; i < endings.size(); ++i) to.push_back(fmt::format("{} {}", i, endings[i]));
  return to;
}

class Choice : public Task {
 public:
  Facts facts() const override {
    return {"choice", "Which of some endings goes with a text", "", "BertForMultipleChoice"};
  }
  Content content() const override { return Content::choice; }
  ClassLoss class_loss() const override { return ClassLoss::plain; }

  std::vector<std::string> labels_of(const Example& row) const override { return {row.label}; }

  int64_t length(const Example& row, const text::Tokenizer& tokenizer) const override {
    int64_t longest = 0;
    for (const std::string& ending : endings_of(row))
      longest = std::max(longest, Task::length({.text = row.text, .text_b = ending}, tokenizer));
    return longest;
  }

  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override {
    auto to = std::make_unique<Data>(std::move(examples), tokenizer);
    const text::EncodeOptions how{.max_length = max_length.value_or(128), .keep = keep};
    for (int64_t i = 0; i < to->size(); ++i) {
      const Example& row = to->row(i);
      Item& item = to->items.emplace_back(Item{.example = i});
      for (const std::string& ending : endings_of(row)) item.add(tokenizer.encode(row.text, ending, how));
      if (use != Use::predicting && to->examples.labelled) item.labels = {label_of(row, place_of(*to, i))};
    }
    return to;
  }

  Measuring measuring(const Data& data, Outputs outputs) const override {
    return [&data, outputs](Chosen chosen) -> metrics::Measures {
      return {{"accuracy", metrics::accuracy(confusion_of(data, outputs, chosen, std::ssize(data.row(0).parts)))}};
    };
  }

  // Always the ending that is right most often.
  std::vector<Output> baseline(const Data& data) const override {
    return frequent_classes(data, std::ssize(data.row(0).parts));
  }

  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override {
    const Example& row = data.row(i);
    const int64_t is = data.items[to_size(i)].labels[0], said = outputs[to_size(i)].best();
    const auto ending = [&](int64_t number) { return fmt::format("{} '{}'", number, ending_of(row, number)); };
    return {.right = is == said,
            .place = place_of(data, i),
            .text = row.text,
            .facts = {{"is", ending(is)}, {"said", ending(said)}},
            .scale = "confidence",
            .degree = outputs[to_size(i)].probabilities()[to_size(said)]};
  }

  // A text, and all others are its endings.
  Examples asked(const std::vector<std::string>& texts, const std::string&, const text::Tokenizer&) const override {
    require(texts.size() >= 3, "choice: got {} texts, want a text and at least two endings", texts.size());
    return {.file = "prompt", .rows = {{.line = 1, .text = texts[0], .parts = {texts.begin() + 1, texts.end()}}}};
  }

  Record prediction(const Data& data, int64_t i, Outputs outputs) const override {
    const Output& output = outputs[to_size(i)];
    Record to = record_of(data, i);
    to["prediction"] = output.best();
    to["ending"] = ending_of(data.row(i), output.best());
    const std::vector<double> probabilities = output.probabilities();
    for (std::size_t ending = 0; ending < probabilities.size(); ++ending)
      to["p(" + std::to_string(ending) + ")"] = probabilities[ending];
    return to;
  }
  std::string shown(const Data& data, int64_t i, Outputs outputs) const override {
    return shares_shown(shares_of(numbered(endings_of(data.row(i))), outputs[to_size(i)].probabilities()));
  }
  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions&) const override {
    return shares_record(shares_of(endings_of(data.row(i)), outputs[to_size(i)].probabilities()));
  }
};

}  // namespace

std::unique_ptr<Task> choice() { return std::make_unique<Choice>(); }

}  // namespace bertlet::tasks
