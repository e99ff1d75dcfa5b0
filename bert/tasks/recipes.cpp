#include "bert/tasks/recipes.h"

#include "bert/io/lines.h"
#include "bert/tasks/tables/text_lines.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

namespace fs = std::filesystem;
using bert::Config;
using bert::Problem;

DataOptions data_options(const Setup& setup, Purpose purpose) {
  DataOptions to = setup.data;
  if (purpose.of == Purpose::predicting) to.bad_rows = BadRows::collected;
  to.rows = purpose.rows;
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
Examples rows_of_table(const fs::path& file, const Setup& setup, BadRows bad_rows) {
  return read_examples(
      file,
      {.texts = texts, .label = LabelColumn::if_there, .columns = setup.data.columns, .table = {.bad_rows = bad_rows}});
}

Examples tagged_rows(const fs::path& file, const Setup&, BadRows bad_rows) { return tag_examples(file, bad_rows); }
Examples asked_rows(const fs::path& file, const Setup&, BadRows) { return question_examples(file); }
Examples rows_to_choose_in(const fs::path& file, const Setup& setup, BadRows bad_rows) {
  return choice_examples(file, setup.data.columns, bad_rows);
}

Examples texts_alone(const fs::path& file, const Setup& setup, BadRows bad_rows) {
  return read_texts(file, {.columns = setup.data.columns, .table = {.bad_rows = bad_rows}});
}

template <Labelling labelling>
Labelling always(const Setup&) {
  return labelling;
}

Labelling of_pairs_apart(const Setup& setup) {
  return setup.objective == "classes" ? Labelling::one : Labelling::number;
}

std::int64_t tokens_of(std::string_view text, const text::Tokenizer& tokenizer) {
  return tokenizer.encode(text, {.keep = text::Keep::ids}).size();
}

std::int64_t together(const Example& row, const text::Tokenizer& tokenizer) {
  const std::int64_t first = tokens_of(row.text, tokenizer);
  return row.text_b.empty() ? first : first + tokens_of(row.text_b, tokenizer) - 1;  // one [CLS] for both
}

std::int64_t apart(const Example& row, const text::Tokenizer& tokenizer) {
  return std::max(tokens_of(row.text, tokenizer), tokens_of(row.text_b, tokenizer));
}

std::int64_t with_longest_ending(const Example& row, const text::Tokenizer& tokenizer) {
  std::int64_t longest = 0;
  for (const std::string_view ending : io::split_lines(row.text_b))
    longest = std::max(longest, together({.text = row.text, .text_b = std::string(ending)}, tokenizer));
  return longest;
}

const std::vector<Recipe>& recipes() {
  constexpr auto one = always<Labelling::one>, several = always<Labelling::several>, number = always<Labelling::number>;
  static const std::vector<Recipe> all = {
      {"classify", "A label for each text", classes<Texts::one>, on_sentences<Problem::single_label>,
       rows_of_table<Texts::one>, one, together},
      {"pair", "A label for each pair of texts", classes<Texts::two>, on_sentences<Problem::single_label>,
       rows_of_table<Texts::two>, one, together},
      {"multilabel", "Any number of labels for each text", several_labels, on_sentences<Problem::multi_label>,
       rows_of_table<Texts::one>, several, together},
      {"regress", "A number for each text or pair", numbers, on_sentences<Problem::regression>,
       rows_of_table<Texts::one_or_two>, number, together},
      {"ner", "A tag for each word: names and the like", tags, on_tokens, tagged_rows, several, together},
      {"qa", "Where in a passage the answer to a question stands", questions, on_answers, asked_rows, one, together},
      {"choice", "Which of some endings goes with a text", choices, on_choices, rows_to_choose_in, one,
       with_longest_ending},
      {"siamese", "How near two texts are that are encoded apart", pairs_apart, on_pairs_apart,
       rows_of_table<Texts::two>, of_pairs_apart, apart},
      {"mlm", "Hidden words: more pre-training, on texts like those to come", masked_texts, on_words, texts_alone,
       number, together},
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
  const std::string names = joined(recipe_names(), " ");
  require(found != recipes().end(), "task: got '{}', want one of {}", name, names);
  return *found;
}

DataReportOptions report_options(const Setup& setup, const text::Tokenizer& tokenizer) {
  const Recipe& recipe = recipe_named(setup.task);
  return {.labelling = recipe.labelling(setup),
          .length = [&](const Example& row) { return recipe.length(row, tokenizer); }};
}

}  // namespace bertlet::tasks
