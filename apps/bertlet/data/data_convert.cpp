#include <fmt/format.h>

#include <filesystem>

#include "apps/bertlet/data/data.h"
#include "bert/io/json/document.h"
#include "bert/tasks/forms/conversion.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;

struct DataConvertOptions {
  CommonOptions common;
  tasks::ColumnChoice columns;
  std::string in, out, scheme;
  bool pair = false, choice = false, force = false;
};

constexpr const char* about_data_convert =
    R"(OUT is NAME.tsv, NAME.csv or NAME.jsonl, for texts with labels or, with --pair, pairs or, with --choice, texts with endings;
IN is any table, GLUE's, SWAG's and StoryCloze's included: TSV, CSV, a JSON list or JSON lines.
Or OUT is NAME.conll, for words with tags; IN has a word and its tag a line, as CoNLL's and Weibo's files, or a sentence
and its tags, or lists of them in JSON. It says which form IN has.

Example: echo '{"sentence": "Hello", "label": "greeting"}' >/tmp/in.json; bertlet data convert /tmp/in.json /tmp/out.tsv --force)";

tasks::ConvertOptions convert_options(const DataConvertOptions& options) {
  const bool words = fs::path(options.out).extension() == ".conll";
  if (words && (options.pair || options.choice)) throw WrongUsage("--pair, --choice: are not for .conll");
  if (options.pair && options.choice) throw WrongUsage("--pair, --choice: want one of them");
  if (!words && !options.scheme.empty()) throw WrongUsage("--scheme: is for .conll");
  tasks::ConvertOptions how{.read = {.columns = options.columns}};
  how.read.content = words            ? tasks::Content::words
                     : options.pair   ? tasks::Content::pair
                     : options.choice ? tasks::Content::choice
                                      : tasks::Content::text;
  how.read.label = words ? tasks::LabelColumn::needed : tasks::LabelColumn::if_there;
  if (!options.scheme.empty()) how.scheme = tasks::scheme_named(options.scheme);
  return how;
}

int run_data_convert(const DataConvertOptions& options) {
  const std::string extension = fs::path(options.out).extension().string();
  if (extension != ".conll" && extension != ".tsv" && extension != ".csv" && extension != ".jsonl")
    throw WrongUsage("OUT: want a name in .tsv, .csv, .jsonl or .conll");
  const tasks::ConvertOptions how = convert_options(options);
  bertlet::require(options.force || !fs::exists(options.out), "{}: is there already, want --force to write over it",
                   options.out);
  const tasks::Converted converted = tasks::convert(options.in, options.out, how);
  if (options.common.json)
    fmt::print("{}\n",
               bertlet::io::Json{{"rows", converted.rows}, {"out", options.out}, {"form", converted.form}}.dump());
  else if (!options.common.quiet)
    fmt::print("{}: {} {} from {}\n", options.out, converted.rows, extension == ".conll" ? "sentences" : "rows",
               converted.form);
  return 0;
}

}  // namespace

void add_data_convert(const Command& data) {
  const auto options = std::make_shared<DataConvertOptions>();
  Command command = data.add("convert", "Labelled data in one form and another", about_data_convert);
  command.text("in", "IN", options->in, "A file of labelled data", Needed::yes);
  command.text("out", "OUT", options->out, "A name in .tsv, .csv, .jsonl or .conll", Needed::yes);
  command.flag("--pair", options->pair, "Rows have two texts");
  command.flag("--choice", options->choice, "Rows have a text and endings to choose from");
  add_column_options(command, options->columns);
  command.one_of("--scheme", "SCHEME", options->scheme, {"iob1", "bio", "ioe1", "ioe2", "bioes", "bilou", "bmes"},
                 "What tags become");
  command.flag("--force", options->force, "Write over what is there");
  command.common(options->common);
  command.runs([options] { return run_data_convert(*options); });
}

}  // namespace apps
