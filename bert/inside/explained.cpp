#include "bert/inside/explained.h"

#include <algorithm>
#include <charconv>

#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::inside {

namespace {

constexpr int64_t longest_answer = 30;  // tokens

bert::Scored scored(const tasks::FineTuned& model, const ShownText& shown, std::vector<int64_t> rows = {}) {
  const tasks::Item* item = &shown.item;
  Pass pass;
  return model.network->score(tasks::batch_of({&item, 1}), pass, {}, std::move(rows));
}

// Row `row` of the scores, [1, labels]; of a number for each text [1, 1].
Tensor row_of(const Tensor& scores, int64_t row) {
  const Tensor matrix = scores.shape().rank() == 1 ? reshape(scores, {-1, 1}) : scores;
  return slice(matrix, 0, row, row + 1);
}

enum class Exclude { each_other, nothing };  // classes, or labels of which several hold

// The row's scores as what is wanted of them.
Tensor as(const Tensor& row, Quantity quantity, Exclude exclude) {
  if (quantity == Quantity::score) return row;
  if (exclude == Exclude::nothing) return quantity == Quantity::probability ? sigmoid(row) : log(sigmoid(row));
  return quantity == Quantity::probability ? softmax(row) : log_softmax(row);
}

Tensor column(const Tensor& row, int64_t label) { return sum(slice(row, 1, label, label + 1)); }

// One label's number in a row of scores, and perhaps another's taken off.
struct Choice {
  int64_t row = 0, label = 0;
  std::optional<int64_t> against = {};
  Exclude exclude = Exclude::each_other;

  auto target(Quantity quantity) const {
    return [=, *this](const bert::Scored& of) {
      const Tensor all = as(row_of(of.scores, row), quantity, exclude);
      return against ? column(all, label) - column(all, *against) : column(all, label);
    };
  }
};

int64_t best_in(const Tensor& scores, int64_t row) {
  const Array numbers = row_of(scores, row).value();
  return argmax({numbers.data(), to_size(numbers.size())});
}

int64_t label_named(const tasks::Task& task, const std::string& name, const char* option) {
  require(task.labels.has_value(), "{}: got '{}', want none: the model has no labels", option, name);
  return task.labels->id(name, option);
}

std::string label_name(const tasks::Task& task, int64_t label) {
  return task.labels && label < task.labels->size() ? task.labels->name(label) : std::to_string(label);
}

std::string with_against(const std::string& what, const std::string& against) {
  return against.empty() ? what : what + " rather than " + against;
}

// --- texts and pairs
// ---------------------------------------------------------------------------------------------------

Explained explained_text(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  const tasks::Task& task = *model.task;
  const Tensor scores = scored(model, shown).scores;
  const int64_t labels = row_of(scores, 0).shape()[1];
  require(options.at.empty(), "--at: got '{}', want none: the model says one thing of a whole text", options.at);
  Choice choice{.label = best_in(scores, 0)};
  if (labels == 1) {
    require(options.quantity == Quantity::score, "--of: got a probability, want the score: the model gives a number");
    require(options.label.empty() && options.against.empty(),
            "--label: got '{}{}', want none: the model gives a number", options.label, options.against);
    return {.what = "the number that the model gives", .where = "", .target = choice.target(Quantity::score)};
  }
  if (model.network->config().problem_type == bert::Problem::multi_label) choice.exclude = Exclude::nothing;
  if (!options.label.empty()) choice.label = label_named(task, options.label, "--label");
  if (!options.against.empty()) choice.against = label_named(task, options.against, "--against");
  return {.what = with_against(label_name(task, choice.label), options.against),
          .where = "",
          .target = choice.target(options.quantity)};
}

// --- endings
// -----------------------------------------------------------------------------------------------------------

Explained explained_ending(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  const auto number = [&](const std::string& text, const char* option) {
    int64_t to = -1;
    std::from_chars(text.data(), text.data() + text.size(), to);
    require(to >= 0 && to < std::ssize(shown.item.sequences), "{}: got '{}', want the number of an ending from 0 to {}",
            option, text, shown.item.sequences.size() - 1);
    return to;
  };
  Choice choice{.label = best_in(scored(model, shown).scores, 0)};
  if (!options.label.empty()) choice.label = number(options.label, "--label");
  if (!options.against.empty()) choice.against = number(options.against, "--against");
  return {.what = with_against(fmt::format("ending {}", choice.label), options.against),
          .where = "",
          .target = choice.target(options.quantity)};
}

// --- tags
// --------------------------------------------------------------------------------------------------------------

int64_t number_in(const std::string& text, int64_t most) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  require(error == std::errc() && read == end && number >= 1 && number <= most,
          "--at: got '{}', want a number from 1 to {}", text, most);
  return number;
}

std::vector<const TextWord*> real_words(const ShownText& shown) {
  std::vector<const TextWord*> to;
  for (const TextWord& word : shown.words)
    if (!word.is_special()) to.push_back(&word);
  return to;
}

// The word that was asked for, by number or as it is written; else the one that is most surely a name.
const TextWord& tagged_word(const tasks::Task& task, const Tensor& scores, const ShownText& shown,
                            const std::string& at) {
  const std::vector<const TextWord*> words = real_words(shown);
  require(!words.empty(), "text: got no words, want some");
  for (const TextWord* word : words)
    if (!at.empty() && word->text == at) return *word;
  if (!at.empty()) return *words[to_size(number_in(at, std::ssize(words)) - 1)];
  const auto sureness = [&](const TextWord* word) {
    const int64_t label = best_in(scores, word->rows[0]);
    return label_name(task, label) == "O" ? 0 : softmax(row_of(scores, word->rows[0])).value()[label];
  };
  return **std::ranges::max_element(words, {}, sureness);
}

Explained explained_tag(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  const tasks::Task& task = *model.task;
  const Tensor scores = scored(model, shown).scores;
  const TextWord& word = tagged_word(task, scores, shown, options.at);
  Choice choice{.row = word.rows[0], .label = best_in(scores, word.rows[0])};
  if (!options.label.empty()) choice.label = label_named(task, options.label, "--label");
  if (!options.against.empty()) choice.against = label_named(task, options.against, "--against");
  return {.what = with_against(label_name(task, choice.label), options.against),
          .where = word.text,
          .target = choice.target(options.quantity)};
}

// --- masked words
// ------------------------------------------------------------------------------------------------------

int64_t word_id(const tasks::FineTuned& model, const std::string& word, const char* option) {
  const std::vector<int64_t> ids = model.tokenizer->encode(word, {.special = false}).ids;
  require(ids.size() == 1, "{}: '{}' is {} tokens, want one", option, word, ids.size());
  return ids[0];
}

Explained explained_word(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  std::vector<int64_t> masks;
  for (int64_t row = 0; row < std::ssize(shown.item.labels); ++row)
    if (shown.item.labels[to_size(row)] != no_label) masks.push_back(row);
  const std::string& mask = model.tokenizer->options().special.mask;
  require(!masks.empty(), "text: got no {}, want one in it", mask);
  const int64_t number = options.at.empty() ? 1 : number_in(options.at, std::ssize(masks));
  const std::vector<int64_t> rows{masks[to_size(number - 1)]};
  Choice choice{.label = best_in(scored(model, shown, rows).scores, 0)};
  if (!options.label.empty()) choice.label = word_id(model, options.label, "--label");
  if (!options.against.empty()) choice.against = word_id(model, options.against, "--against");
  return {.what = with_against(model.tokenizer->vocabulary().token(choice.label), options.against),
          .where = masks.size() > 1 ? fmt::format("{} {}", mask, number) : mask,
          .target = choice.target(options.quantity),
          .rows = rows};
}

// --- answers
// -----------------------------------------------------------------------------------------------------------

struct Answer {
  int64_t begin = 0, last = 0;  // rows
};

// Rows of the passage, the example's second text.
std::vector<int64_t> passage_rows(const ShownText& shown) {
  std::vector<int64_t> to;
  for (const TextWord& word : shown.words)
    if (word.source == 1) to.insert(to.end(), word.rows.begin(), word.rows.end());
  require(!to.empty(), "text: got an empty passage, want one with an answer in it");
  return to;
}

Answer best_answer(const Tensor& scores, const std::vector<int64_t>& rows) {
  const auto score = [&](int64_t row, int64_t which) { return scores.value()[2 * row + which]; };
  Answer best{rows[0], rows[0]};
  const auto worth = [&](const Answer& answer) { return score(answer.begin, 0) + score(answer.last, 1); };
  for (const int64_t begin : rows)
    for (int64_t last = begin; last <= std::min(rows.back(), begin + longest_answer - 1); ++last)
      if (worth({begin, last}) > worth(best)) best = {begin, last};
  return best;
}

// The words that hold the text where it first stands in the passage.
Answer answer_named(const ShownText& shown, const std::string& text) {
  const auto begin = shown.sources[1].find(text);
  require(begin != std::string::npos, "--label: got '{}', want words of the passage", text);
  std::optional<Answer> to;
  for (const TextWord& word : shown.words)
    if (word.source == 1 && to_size(word.end) > begin && to_size(word.begin) < begin + text.size())
      to = {to ? to->begin : word.rows.front(), word.rows.back()};
  require(to.has_value(), "--label: got '{}', want words of the passage", text);
  return *to;
}

std::string answer_text(const ShownText& shown, const Answer& answer) {
  int64_t begin = -1, end = 0;
  for (const TextWord& word : shown.words)
    if (word.source == 1 && word.rows.back() >= answer.begin && word.rows.front() <= answer.last) {
      if (begin < 0) begin = word.begin;
      end = word.end;
    }
  return shown.sources[1].substr(to_size(begin), to_size(end - begin));
}

// Beginning and end together: their scores' sum, their probabilities' product.
Explained explained_answer(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  require(options.against.empty() && options.at.empty(), "qa: got --against or --at, want neither");
  const Answer answer = options.label.empty() ? best_answer(scored(model, shown).scores, passage_rows(shown))
                                              : answer_named(shown, options.label);
  const auto target = [answer, quantity = options.quantity](const bert::Scored& of) {
    const Tensor all = quantity == Quantity::score ? of.scores : log_softmax(of.scores, 0);  // [N, 2]
    const Tensor both = column(row_of(all, answer.begin), 0) + column(row_of(all, answer.last), 1);
    return quantity == Quantity::probability ? exp(both) : both;
  };
  return {.what = answer_text(shown, answer), .where = "the passage", .target = target};
}

}  // namespace

Explained explained(const tasks::FineTuned& model, const ShownText& shown, const ExplainOptions& options) {
  switch (model.task->content()) {
    case tasks::Content::words:
      return explained_tag(model, shown, options);
    case tasks::Content::question:
      return explained_answer(model, shown, options);
    case tasks::Content::plain:
      return explained_word(model, shown, options);
    case tasks::Content::choice:
      return explained_ending(model, shown, options);
    default:
      return explained_text(model, shown, options);
  }
}

}  // namespace bertlet::inside
