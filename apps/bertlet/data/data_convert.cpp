#include <fmt/format.h>

#include <filesystem>

#include "apps/bertlet/data/data.h"
#include "bert/io/json.h"
#include "bert/tasks/tables/conversion.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;

struct DataConvertOptions {
  CommonOptions common;
  tasks::ColumnChoice columns;
  std::string in, out, scheme;
  bool pair = false, force = false;
};

constexpr const char* about_data_convert =
    R"(OUT is a file NAME.tsv, for texts or, with --pair, pairs: IN is JSON, JSON lines (TNEWS, AFQMC), CSV or TSV.
Or it is NAME.conll, for words with tags: IN has a word and its tag a line, as CoNLL's and Weibo's files.

Example: echo '{"sentence": "Hello", "label": "greeting"}' >/tmp/in.json; bertlet data convert /tmp/in.json /tmp/out.tsv --force)";

void print(const DataConvertOptions& options, std::size_t rows, const std::string& what) {
  if (options.common.json)
    fmt::print("{}\n", bertlet::io::Json{{"rows", rows}, {"out", options.out}}.dump());
  else if (!options.common.quiet)
    fmt::print("{}: {} {}\n", options.out, rows, what);
}

int convert_examples(const DataConvertOptions& options) {
  const tasks::Examples examples =
      tasks::read_examples(options.in, {.texts = options.pair ? tasks::Texts::two : tasks::Texts::one,
                                        .label = tasks::LabelColumn::if_there,
                                        .columns = options.columns});
  tasks::write_tsv(options.out, examples);
  print(options, examples.rows.size(), "rows; " + text_of(examples.columns));
  return 0;
}

int convert_columns(const DataConvertOptions& options) {
  tasks::TaggedFile tagged = tasks::read_columns(options.in);
  tasks::drop_positions(tagged);
  if (!options.scheme.empty()) tasks::convert_tags(tagged, tasks::scheme_named(options.scheme));
  tasks::write_columns(options.out, tagged.sentences);
  print(options, tagged.sentences.size(), "sentences");
  return 0;
}

int run_data_convert(const DataConvertOptions& options) {
  const fs::path out = options.out;
  bertlet::require(options.force || !fs::exists(out), "{}: is there already, want --force to write over it",
                   out.string());
  if (out.extension() == ".conll") return convert_columns(options);
  if (out.extension() != ".tsv") throw WrongUsage("OUT: want a name in .tsv or .conll");
  if (!options.scheme.empty()) throw WrongUsage("--scheme: is for .conll");
  return convert_examples(options);
}

}  // namespace

void add_data_convert(const Command& data) {
  const auto options = std::make_shared<DataConvertOptions>();
  Command command = data.add("convert", "Labelled data in one form and another", about_data_convert);
  command.text("in", "IN", options->in, "A file of labelled data", Needed::yes);
  command.text("out", "OUT", options->out, "A name in .tsv or .conll", Needed::yes);
  command.flag("--pair", options->pair, "Rows have two texts");
  add_column_options(command, options->columns);
  command.one_of("--scheme", "SCHEME", options->scheme, {"iob1", "bio", "ioe1", "ioe2", "bioes", "bilou", "bmes"},
                 "What tags become");
  command.flag("--force", options->force, "Write over what is there");
  command.common(options->common);
  command.runs([options] { return run_data_convert(*options); });
}

}  // namespace apps
