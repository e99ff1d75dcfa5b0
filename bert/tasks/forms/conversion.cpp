#include "bert/tasks/forms/conversion.h"

#include <algorithm>

#include "bert/io/files/file.h"
#include "bert/tasks/records_file.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t block = 1 << 14;  // rows

io::Json plain_record(const Examples& examples, const Example& row) {
  const bool choice = !row.parts.empty(), pair = !examples.columns.text_b.empty();
  io::Json to = io::Json::object();
  to[choice ? "sent1" : pair ? "sentence1" : "sentence"] = row.text;
  if (pair) to[choice ? "sent2" : "sentence2"] = row.text_b;
  for (std::size_t i = 0; i < row.parts.size(); ++i) to[fmt::format("ending{}", i)] = row.parts[i];
  if (examples.labelled) to["label"] = row.label;
  return to;
}

void check_extension(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  require(extension == ".tsv" || extension == ".csv" || extension == ".jsonl",
          "{}: got the extension '{}', want .tsv, .csv or .jsonl", file.string(), extension);
}

Converted convert_table(const std::filesystem::path& in, const std::filesystem::path& out, const ReadOptions& options) {
  std::optional<RecordsFile> to;
  std::size_t endings = 0;
  Converted converted;
  ExampleReader reader(in, options);
  for (Examples examples; reader.next(examples, block); converted.rows += std::ssize(examples.rows)) {
    if (!to) {
      check_extension(out);
      converted.form = examples.form;
      endings = examples.rows.at(0).parts.size();
      to.emplace(out);
    }
    for (const Example& row : examples.rows) {
      require(row.parts.size() == endings, "{}: has {} endings, want {} as the first row has", examples.place(row),
              row.parts.size(), endings);
      to->write(plain_record(examples, row));
    }
  }
  to->commit();
  return converted;
}

std::string conll_lines(const Example& sentence) {
  std::string text;
  for (std::size_t i = 0; i < sentence.parts.size(); ++i)
    text += fmt::format("{}\t{}\n", sentence.parts[i], sentence.labels[i]);
  return text + '\n';
}

Converted convert_words(const std::filesystem::path& in, const std::filesystem::path& out,
                        const ConvertOptions& options) {
  Examples examples = read_examples(in, options.read);
  if (options.scheme) {
    const Scheme from = scheme_of(examples);
    for (Example& sentence : examples.rows)
      sentence.labels = tags_of(entities_of(sentence.labels, from), sentence.parts.size(), *options.scheme);
  }
  io::FileWriter writer(out);
  for (const Example& sentence : examples.rows) writer.write(conll_lines(sentence));
  writer.commit();
  return {examples.form, std::ssize(examples.rows)};
}

}  // namespace

Converted convert(const std::filesystem::path& in, const std::filesystem::path& out, const ConvertOptions& options) {
  std::error_code error;
  require(!std::filesystem::equivalent(in, out, error), "{}: is the input, want another name for the output",
          out.string());
  return options.read.content == Content::words ? convert_words(in, out, options)
                                                : convert_table(in, out, options.read);
}

Scheme scheme_of(const Examples& examples) {
  using enum Scheme;
  for (const Scheme scheme : {iob2, iobes, bmes, bilou, iob1, ioe2, ioe1}) {  // the simplest first
    const auto is_right = [&](const Example& each) { return !wrong_tag(each.labels, scheme); };
    if (std::ranges::all_of(examples.rows, is_right)) return scheme;
  }
  for (const Example& sentence : examples.rows)
    if (const std::optional<WrongTag> wrong = wrong_tag(sentence.labels, Scheme::iob2))
      throw Error(fmt::format("{}: {}; no scheme allows all tags of the file", examples.place(sentence, wrong->word),
                              wrong->why));
  throw Error(fmt::format("{}: no scheme allows all its tags", examples.file));
}

}  // namespace bertlet::tasks
