#include "bert/tasks/text_data.h"

#include <algorithm>

#include "core/parallel.h"

namespace bertlet::tasks {

namespace {

ExampleOptions example_options(const TextOptions& options) {
  const bool strict = options.bad_rows == BadRows::refused;
  return {.texts = options.texts,
          .label = strict ? LabelColumn::needed : LabelColumn::if_there,
          .columns = options.columns,
          .table = {.bad_rows = options.bad_rows}};
}

Sequence sequence_of(text::Encoding encoding) { return {std::move(encoding.ids), std::move(encoding.types)}; }

std::vector<Sequence> sequences_of(const Example& row, const text::Tokenizer& tokenizer, const TextOptions& options,
                                   bool pair) {
  text::EncodeOptions how{.max_length = options.max_length, .part = options.part, .keep = text::Keep::ids};
  if (pair && options.apart == Apart::yes)
    return {sequence_of(tokenizer.encode(row.text, how)), sequence_of(tokenizer.encode(row.text_b, how))};
  if (pair) return {sequence_of(tokenizer.encode(row.text, row.text_b, how))};
  how.overflow = options.windows;
  how.stride = options.stride;
  text::Encoding first = tokenizer.encode(row.text, how);
  std::vector<text::Encoding> rest = std::move(first.overflow);
  std::vector<Sequence> to = {sequence_of(std::move(first))};
  for (text::Encoding& window : rest) to.push_back(sequence_of(std::move(window)));
  return to;
}

}  // namespace

TextData::TextData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const TextOptions& options)
    : examples_(read_examples(file, example_options(options))) {
  choose_rows(examples_.rows, options.rows);
  items_.resize(examples_.rows.size());
  const bool pair = !examples_.columns.text_b.empty();
  parallel_for(std::ssize(items_), 16, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      items_[i].sequences = sequences_of(examples_.rows[i], tokenizer, options, pair);
  });
}

Record TextData::record(std::int64_t i) const {
  Record to{{"line", row(i).line}, {"text", row(i).text}};
  if (!examples_.columns.text_b.empty()) to["text_b"] = row(i).text_b;
  if (labelled()) to["label"] = row(i).label;
  return to;
}

Data::Wrong TextData::wrong_row(std::int64_t i, std::string said, double confidence) const {
  const std::string text = row(i).text_b.empty() ? row(i).text : row(i).text + " | " + row(i).text_b;
  return {examples_.place(row(i)), text, row(i).label, std::move(said), confidence};
}

std::vector<Data::Wrong> worst(std::vector<Data::Wrong> all) {
  std::ranges::stable_sort(all, std::greater(), &Data::Wrong::confidence);
  if (all.size() > 10) all.resize(10);
  return all;
}

}  // namespace bertlet::tasks
