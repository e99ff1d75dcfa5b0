#include "bert/tasks/recipes.h"

#include <fmt/ranges.h>

#include "bert/tasks/columns.h"
#include "bert/tasks/squad.h"
#include "bert/tasks/table.h"
#include "bert/tasks/text_lines.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

namespace fs = std::filesystem;
using bert::Config;
using bert::Problem;
using Texts_ = std::vector<std::string>;

DataOptions data_options(const Setup& setup, Purpose purpose) {
  DataOptions to = setup.data;
  if (purpose.of == Purpose::predicting) to.bad_rows = BadRows::collected;
  return to;
}

template <Texts texts, Apart apart = Apart::no>
TextOptions text_options(const Setup& setup, Purpose purpose) {
  return {data_options(setup, purpose), texts, apart};
}

template <Texts texts, Apart apart = Apart::no>
std::unique_ptr<Data> classes(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                              Purpose purpose, std::optional<Labels>& labels) {
  return class_data(file, tokenizer, text_options<texts, apart>(setup, purpose), labels);
}

std::unique_ptr<Data> several_labels(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                     Purpose purpose, std::optional<Labels>& labels) {
  return multilabel_data(file, tokenizer, text_options<Texts::one>(setup, purpose), labels);
}

std::unique_ptr<Data> numbers(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                              Purpose purpose, std::optional<Labels>&) {
  return value_data(file, tokenizer, text_options<Texts::one_or_two>(setup, purpose));
}

std::unique_ptr<Data> tags(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup, Purpose purpose,
                           std::optional<Labels>& labels) {
  return tag_data(file, tokenizer, data_options(setup, purpose), labels);
}

std::unique_ptr<Data> questions(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                Purpose purpose, std::optional<Labels>&) {
  return question_data(file, tokenizer, data_options(setup, purpose),
                       purpose.of == Purpose::training ? Answers::training : Answers::measured);
}

std::unique_ptr<Data> choices(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                              Purpose purpose, std::optional<Labels>&) {
  return choice_data(file, tokenizer, data_options(setup, purpose));
}

std::unique_ptr<Data> masked_texts(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                   Purpose purpose, std::optional<Labels>&) {
  const Masks masks = purpose.of == Purpose::training    ? Masks::drawn
                      : purpose.of == Purpose::measuring ? Masks::fixed
                                                         : Masks::given;
  return masked_data(file, tokenizer, {data_options(setup, purpose), masks, setup.mask_rate, setup.whole_words});
}

std::unique_ptr<Data> pairs_apart(const fs::path& file, const text::Tokenizer& tokenizer, const Setup& setup,
                                  Purpose purpose, std::optional<Labels>& labels) {
  if (setup.objective == "classes") return classes<Texts::two, Apart::yes>(file, tokenizer, setup, purpose, labels);
  return value_data(file, tokenizer, text_options<Texts::two, Apart::yes>(setup, purpose));
}

// As transformers must be told; a head that it does not know has no architecture there.
Config named(Config config, const Setup& setup, const char* architecture, Problem problem) {
  config.problem_type = problem;
  const bool known = setup.top.head_on_top == "linear" && setup.top.layers == "last" && !setup.crf &&
                     (setup.top.pool.empty() || setup.top.pool == "pooler");
  config.file["architectures"] = {known ? architecture : "BertModel"};
  return config;
}

template <Problem problem>
std::unique_ptr<Learner> on_sentences(Config config, const Setup& setup, const LossOptions& loss) {
  return sentence_learner(named(std::move(config), setup, "BertForSequenceClassification", problem), setup.top, loss);
}

std::unique_ptr<Learner> on_tokens(Config config, const Setup& setup, const LossOptions& loss) {
  return token_learner(
      named(std::move(config), setup, "BertForTokenClassification", Problem::inferred),
      {.head_on_top = setup.top.head_on_top, .layers = setup.top.layers, .width = setup.top.width, .crf = setup.crf},
      loss);
}

std::unique_ptr<Learner> on_answers(Config config, const Setup& setup, const LossOptions&) {
  return answer_learner(named(std::move(config), setup, "BertForQuestionAnswering", Problem::inferred));
}

std::unique_ptr<Learner> on_choices(Config config, const Setup& setup, const LossOptions& loss) {
  return choice_learner(named(std::move(config), setup, "BertForMultipleChoice", Problem::inferred), loss);
}

std::unique_ptr<Learner> on_words(Config config, const Setup&, const LossOptions&) {
  config.file["architectures"] = {"BertForMaskedLM"};
  return word_learner(config);
}

std::unique_ptr<Learner> on_pairs_apart(Config config, const Setup& setup, const LossOptions& loss) {
  const Objective objective = setup.objective == "classes"  ? Objective::classes
                              : setup.objective == "cosine" ? Objective::cosine
                                                            : Objective::ranking;
  config.file["architectures"] = {"BertModel"};
  return siamese_learner(config, setup.top.pool.empty() ? "mean" : setup.top.pool, objective, loss);
}

template <Texts texts>
Texts_ texts_of_rows(const fs::path& file, const Setup& setup) {
  Texts_ to;
  for (Example& row :
       read_examples(file, {.texts = texts, .label = LabelColumn::if_there, .columns = setup.data.columns}).rows) {
    to.push_back(std::move(row.text));
    to.push_back(std::move(row.text_b));
  }
  return to;
}

Texts_ texts_of_words(const fs::path& file, const Setup&) {
  Texts_ to;
  for (const TaggedSentence& sentence : read_columns(file).sentences)
    to.push_back(fmt::format("{}", fmt::join(sentence.words, " ")));
  return to;
}

Texts_ texts_of_squad(const fs::path& file, const Setup&) {
  Squad squad = read_squad(file);
  Texts_ to = std::move(squad.passages);
  for (Question& question : squad.questions) to.push_back(std::move(question.text));
  return to;
}

Texts_ texts_of_lines(const fs::path& file, const Setup& setup) {
  Texts_ to;
  for (Example& row : read_texts(file, {.columns = setup.data.columns}).rows) to.push_back(std::move(row.text));
  return to;
}

Texts_ texts_of_cells(const fs::path& file, const Setup&) {
  Texts_ to;
  for (Row& row : read_table(file).rows)
    for (std::string& cell : row.cells) to.push_back(std::move(cell));
  return to;
}

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all = {
      {"classify", classes<Texts::one>, on_sentences<Problem::single_label>, texts_of_rows<Texts::one>},
      {"pair", classes<Texts::two>, on_sentences<Problem::single_label>, texts_of_rows<Texts::two>},
      {"multilabel", several_labels, on_sentences<Problem::multi_label>, texts_of_rows<Texts::one>},
      {"regress", numbers, on_sentences<Problem::regression>, texts_of_rows<Texts::one_or_two>},
      {"ner", tags, on_tokens, texts_of_words},
      {"qa", questions, on_answers, texts_of_squad},
      {"choice", choices, on_choices, texts_of_cells},
      {"siamese", pairs_apart, on_pairs_apart, texts_of_rows<Texts::two>},
      {"mlm", masked_texts, on_words, texts_of_lines},
  };
  return all;
}

}  // namespace

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) names.push_back(recipe.name);
  return names;
}

const Recipe& recipe_named(const std::string& name) {
  const auto found = std::ranges::find(recipes(), name, &Recipe::name);
  const std::string names = fmt::format("{}", fmt::join(recipe_names(), " "));
  require(found != recipes().end(), "task: got '{}', want one of {}", name, names);
  return *found;
}

}  // namespace bertlet::tasks
