#include "bert/tasks/forms/conversion.h"

#include <algorithm>

#include "bert/io/files/file.h"
#include "bert/io/json/document.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::int64_t block = 1 << 14;  // rows

using Strings = std::vector<std::string>;

std::string in_one_line(const std::string& cell) {
  std::string text = cell;
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

// Rows of cells, as the file's name says.
class TableWriter {
 public:
  TableWriter(const std::filesystem::path& file, Strings columns)
      : file_(file), extension_(file.extension().string()), columns_(std::move(columns)) {
    require(extension_ == ".tsv" || extension_ == ".csv" || extension_ == ".jsonl",
            "{}: got the extension '{}', want .tsv, .csv or .jsonl", file.string(), extension_);
    if (extension_ != ".jsonl") write(columns_);
  }

  void write(Strings cells) {
    if (extension_ == ".jsonl") return write_object(cells);
    std::ranges::transform(cells, cells.begin(), extension_ == ".csv" ? quoted : in_one_line);
    file_.write(joined(cells, extension_ == ".csv" ? "," : "\t") + '\n');
  }

  void commit() { file_.commit(); }

 private:
  void write_object(const Strings& cells) {
    io::Json object = io::Json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) object[columns_[i]] = cells[i];
    file_.write(object.dump() + '\n');
  }

  io::FileWriter file_;
  std::string extension_;
  Strings columns_;
};

Strings plain_columns(const Examples& examples, std::size_t endings) {
  Strings columns = {endings > 0 ? "sent1" : examples.columns.text_b.empty() ? "sentence" : "sentence1"};
  if (!examples.columns.text_b.empty()) columns.emplace_back(endings > 0 ? "sent2" : "sentence2");
  for (std::size_t i = 0; i < endings; ++i) columns.push_back(fmt::format("ending{}", i));
  if (examples.labelled) columns.emplace_back("label");
  return columns;
}

Strings plain_cells(const Examples& examples, const Example& row) {
  Strings cells = {row.text};
  if (!examples.columns.text_b.empty()) cells.push_back(row.text_b);
  cells.insert(cells.end(), row.parts.begin(), row.parts.end());
  if (examples.labelled) cells.push_back(row.label);
  return cells;
}

Converted convert_table(const std::filesystem::path& in, const std::filesystem::path& out, const ReadOptions& options) {
  std::optional<TableWriter> writer;
  std::size_t endings = 0;
  Converted converted;
  ExampleReader reader(in, options);
  for (Examples examples; reader.next(examples, block); converted.rows += std::ssize(examples.rows)) {
    if (!writer) {
      converted.form = examples.form;
      endings = examples.rows.at(0).parts.size();
      writer.emplace(out, plain_columns(examples, endings));
    }
    for (const Example& row : examples.rows) {
      require(row.parts.size() == endings, "{}: has {} endings, want {} as the first row has", examples.place(row),
              row.parts.size(), endings);
      writer->write(plain_cells(examples, row));
    }
  }
  writer->commit();
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
    for (Example& sentence : examples.rows) convert_tags(sentence, from, *options.scheme);
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
  SchemeDetector detector;
  for (const Example& sentence : examples.rows) detector.add(sentence.labels);
  if (const std::optional<Scheme> scheme = detector.scheme()) return *scheme;
  for (const Example& sentence : examples.rows)
    if (const std::optional<WrongTag> wrong = wrong_tag(sentence.labels, Scheme::iob2))
      throw Error(fmt::format("{}: {}; no scheme allows all tags of the file", examples.place(sentence, wrong->word),
                              wrong->why));
  throw Error(fmt::format("{}: no scheme allows all its tags", examples.file));
}

void convert_tags(Example& sentence, Scheme from, Scheme to) {
  sentence.labels = tags_of(entities_of(sentence.labels, from), sentence.parts.size(), to);
}

}  // namespace bertlet::tasks
