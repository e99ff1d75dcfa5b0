#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/io/files/file.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/tables/labels.h"
#include "bert/view/inside/study.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;
namespace io = bertlet::io;
namespace tasks = bertlet::tasks;
namespace view = bertlet::view;

struct SensesRunOptions {
  CommonOptions common;
  std::string model, word, file, html;
  tasks::ColumnChoice columns;
  bool force = false;

  void visit(const options::Visitor& f) {
    f({"DIR", &model, "A model directory or a run", {.needed = true, .by_place = true}});
    f({"WORD", &word, "In whatever case", {.needed = true, .by_place = true}});
    f({"file", &file, "Sentences: a line each, or a table", {.type = "F", .needed = true}});
    f({"text", &columns.text, "Column with the sentence, by name or number", {.type = "COLUMN"}});
    f({"label", &columns.label, "Column with the sense, if there is one", {.type = "COLUMN"}});
    f({"html", &html, "A page of one file, with the occurrences of each layer in a plane", {.type = "F"}});
    f({"force", &force, "Replace a file that is there"});
    common.visit(f);
  }
};

constexpr const char* about_senses =
    R"(How a word's occurrences lie in each layer, by the cosine between them: the mean of all pairs and, where a column of the
file says which sense a sentence has, the means within a sense and between senses, and the silhouette, which is 1 where
senses lie apart and 0 where they are mixed. Of a word in pieces it is the mean of theirs.

Example: bertlet senses bert-base-uncased bank --file banks.tsv --label sense --html /tmp/bank.html)";

// All occurrences, each with the sense of its sentence.
view::SenseStudy study_of(const SensesRunOptions& options, const inside::TextEncoder& encoder) {
  const tasks::Examples examples = tasks::read_examples(
      options.file, {.label = options.columns.label.empty() ? tasks::LabelColumn::if_there : tasks::LabelColumn::needed,
                     .columns = options.columns});
  std::vector<std::string> sentences, senses;
  for (const tasks::Example& row : examples.rows) {
    sentences.push_back(row.text);
    senses.push_back(row.label);
  }
  Progress progress("reading", std::ssize(sentences), {1, "texts"}, options.common.quiet);
  view::SenseStudy to{.words = inside::words_in_context(encoder, std::move(sentences), options.word,
                                                        [&](int64_t texts) { progress.at(texts); })};
  bertlet::require(to.words.occurrences.size() >= 2, "{}: has the word '{}' {} times, want it twice or more",
                   options.file, options.word, to.words.occurrences.size());
  if (!examples.labelled) return to;
  std::vector<std::string> seen;
  for (const auto& at : to.words.occurrences) seen.push_back(senses[to_size(at.sentence)]);
  const tasks::Labels labels = tasks::Labels::of(seen);
  bertlet::require(labels.size() > 1, "{}: got the sense '{}' alone, want two or more", options.file, labels.name(0));
  to.names = labels.names();
  for (const std::string& name : seen) to.senses.push_back(labels.id(name, options.file));
  return to;
}

int run_senses(const SensesRunOptions& options) {
  if (!options.html.empty()) require_new(options.html, options.force);
  options.common.apply();
  const inside::TextEncoder encoder = inside::read_text_encoder(options.model);
  view::SenseStudy study = study_of(options, encoder);
  for (const bertlet::Array& layer : study.words.layers)
    study.layers.push_back(inside::sense_layer(layer, study.senses));
  if (!options.html.empty())
    io::write_file(options.html, view::senses_page(study, fmt::format("“{}” in {}", options.word, options.model)));
  if (options.common.json)
    fmt::print("{}\n", view::senses_json(study).dump({.mends_strings = true}));
  else if (!options.common.quiet || options.html.empty())
    fmt::print("{}", view::senses_text(study, screen_colours()));
  return 0;
}

}  // namespace

void add_senses(const Command& program) {
  const auto options = std::make_shared<SensesRunOptions>();
  Command command = program.add("senses", "How a word's occurrences lie in each layer, by sense", about_senses);
  command.options(*options);
  command.runs([options] { return run_senses(*options); });
}

}  // namespace apps
