#include "bert/metrics/classification.h"
#include "bert/tasks/data.h"
#include "bert/tasks/tables/table.h"
#include "bert/tasks/tables/well_known.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

// What SWAG's tables have: a text, perhaps the beginning of what follows, and endings.
struct ChoiceColumns {
  std::size_t text;
  std::optional<std::size_t> beginning, label;
  std::vector<std::size_t> endings;

  ChoiceColumns(const Table& table, const ColumnChoice& chosen)
      : text(table.column(chosen.text.empty() ? "sent1" : chosen.text)),
        beginning(table.find(chosen.text_b.empty() ? "sent2" : chosen.text_b)),
        label(table.find(chosen.label.empty() ? "label" : chosen.label)) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].starts_with("ending")) endings.push_back(i);
    require(endings.size() >= 2, "{}: got the columns {}, want ending0, ending1, …", table.file, table.column_names());
  }

  std::string text_of(const Row& row, std::size_t ending) const {
    return beginning ? row.cells[*beginning] + " " + row.cells[ending] : row.cells[ending];
  }
};

class ChoiceData : public Data {
 public:
  ChoiceData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const DataOptions& options)
      : table_(read_table(file, {.bad_rows = options.bad_rows})), columns_(table_, options.columns) {
    choose_rows(table_.rows, options.rows);
    require(columns_.label || options.bad_rows == BadRows::collected, "{}: got the columns {}, want a label",
            table_.file, table_.column_names());
    for (const Row& row : table_.rows) {
      Item& item = items_.emplace_back();
      for (const std::size_t ending : columns_.endings) {
        text::Encoding encoding = tokenizer.encode(row.cells[columns_.text], columns_.text_of(row, ending),
                                                   {.max_length = options.max_length, .keep = text::Keep::ids});
        item.sequences.push_back({std::move(encoding.ids), std::move(encoding.types)});
      }
      if (columns_.label && options.bad_rows == BadRows::refused) item.labels = {label_of(row)};
    }
  }

  bool labelled() const override { return columns_.label.has_value(); }
  std::vector<BadRow> bad_rows() const override { return table_.bad_rows; }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    std::vector<std::int64_t> is, said;
    for (const std::int64_t i : examples) {
      is.push_back(items_[static_cast<std::size_t>(i)].labels[0]);
      said.push_back(outputs[static_cast<std::size_t>(i)].best());
    }
    return {{"accuracy", metrics::accuracy(metrics::Confusion(is, said, std::ssize(columns_.endings)))}};
  }

  // Always the ending that is right most often.
  std::vector<Output> baseline() const override {
    std::vector<real> counts(columns_.endings.size());
    for (const Item& item : items_) counts[static_cast<std::size_t>(item.labels[0])] += 1;
    return std::vector<Output>(items_.size(), Output{.scores = counts});
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Row& row = table_.rows[i];
      Record& record = to.emplace_back(Record{{"line", row.line}, {"text", row.cells[columns_.text]}});
      if (columns_.label) record["label"] = row.cells[*columns_.label];
      record["prediction"] = outputs[i].best();
      record["ending"] = columns_.text_of(row, columns_.endings[static_cast<std::size_t>(outputs[i].best())]);
      const std::vector<double> probabilities = outputs[i].probabilities();
      for (std::size_t ending = 0; ending < probabilities.size(); ++ending)
        record["p(" + std::to_string(ending) + ")"] = probabilities[ending];
    }
    return to;
  }

  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Row& row = table_.rows[i];
      const auto is = static_cast<std::size_t>(items_[i].labels[0]), said = static_cast<std::size_t>(outputs[i].best());
      const auto ending = [&](std::size_t at) {
        return fmt::format("{} '{}'", at, columns_.text_of(row, columns_.endings[at]));
      };
      if (is != said)
        all.push_back({table_.place(row.line),
                       row.cells[columns_.text],
                       {{"is", ending(is)}, {"said", ending(said)}},
                       "confidence",
                       outputs[i].probabilities()[said]});
    }
    return all;
  }

 private:
  std::int64_t label_of(const Row& row) const {
    const double label = number_of(row.cells[*columns_.label], table_.place(row.line));
    const auto number = static_cast<std::int64_t>(label);
    require(static_cast<double>(number) == label && number >= 0 && number < std::ssize(columns_.endings),
            "{}: got the label {}, want a number from 0 to {}", table_.place(row.line), row.cells[*columns_.label],
            columns_.endings.size() - 1);
    return number;
  }

  Table table_;
  ChoiceColumns columns_;
};

}  // namespace

std::unique_ptr<Data> choice_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                  const DataOptions& options) {
  return std::make_unique<ChoiceData>(file, tokenizer, options);
}

Examples choice_examples(const std::filesystem::path& file, const ColumnChoice& chosen, BadRows bad_rows) {
  Table table = read_table(file, {.bad_rows = bad_rows});
  const ChoiceColumns columns(table, chosen);
  Examples to{.file = table.file, .columns = {.text = table.columns[columns.text], .text_b = "endings"}};
  if (columns.label) to.columns.label = table.columns[*columns.label];
  to.bad_rows = std::move(table.bad_rows);
  for (const Row& row : table.rows) {
    Example& example = to.rows.emplace_back(Example{.line = row.line, .text = row.cells[columns.text]});
    for (const std::size_t ending : columns.endings)
      example.text_b += (example.text_b.empty() ? "" : "\n") + columns.text_of(row, ending);
    if (columns.label) example.label = row.cells[*columns.label];
  }
  return to;
}

}  // namespace bertlet::tasks
