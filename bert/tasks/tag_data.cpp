#include <algorithm>

#include "bert/io/json.h"
#include "bert/metrics/entities.h"
#include "bert/tasks/data.h"
#include "bert/tasks/tables/columns.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char* outside = "O";

ColumnsOptions columns_options(const DataOptions& options) {
  return {.tags = options.bad_rows == BadRows::refused ? TagColumn::needed : TagColumn::if_there,
          .bad_rows = options.bad_rows};
}

class TagData : public Data {
 public:
  TagData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const DataOptions& options,
          std::optional<Labels>& labels)
      : tagged_(read_columns(file, columns_options(options))), labels_(known_or_seen(labels, [&] { return seen(); })) {
    if (options.bad_rows == BadRows::collected && !all_known())
      for (TaggedSentence& sentence : tagged_.sentences) sentence.tags.clear();
    choose_rows(tagged_.sentences, options.rows);
    for (const TaggedSentence& sentence : tagged_.sentences) add(sentence, tokenizer, options);
  }

  bool labelled() const override { return !tagged_.sentences.empty() && !tagged_.sentences[0].tags.empty(); }
  std::vector<BadRow> bad_rows() const override { return tagged_.bad_rows; }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    std::vector<metrics::Tags> is, said;
    for (const std::int64_t i : examples) {
      is.push_back(sentence(i).tags);
      said.push_back(tags(i, outputs[static_cast<std::size_t>(i)]));
    }
    const metrics::EntityReport report = metrics::entity_report(is, said);
    const metrics::Averages averages = metrics::averages(metrics::counts(report));
    train::Measures to = {{"f1", averages.micro.f1},
                          {"precision", averages.micro.precision},
                          {"recall", averages.micro.recall},
                          {"macro_f1", averages.macro.f1},
                          {"tag_accuracy", metrics::tag_accuracy(report)}};
    if (!scheme_) return to;
    const metrics::Scores strict = metrics::averages(metrics::counts(metrics::entity_report(is, said, scheme_))).micro;
    to.insert(to.end(),
              {{"strict_f1", strict.f1}, {"strict_precision", strict.precision}, {"strict_recall", strict.recall}});
    return to;
  }

  // That nothing is a name.
  std::vector<Output> baseline() const override {
    std::vector<Output> to;
    for (const std::vector<std::size_t>& words : words_)
      to.push_back({.labels = std::vector<std::int64_t>(words.size(), labels_.find(outside).value_or(0))});
    return to;
  }

  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const metrics::Tags said = tags(i, outputs[static_cast<std::size_t>(i)]);
      Record entities = Record::array();
      for (const metrics::Entity& entity : metrics::spans_of(said))
        entities.push_back({{"type", entity.type},
                            {"begin", entity.begin},
                            {"end", entity.end},
                            {"text", text(i, entity.begin, entity.end)}});
      Record& record = to.emplace_back(Record{{"line", sentence(i).line}, {"words", sentence(i).words}});
      if (labelled()) record["labels"] = sentence(i).tags;
      record["prediction"] = said;
      record["entities"] = std::move(entities);
    }
    return to;
  }

  // Sentences with names that are missing or are none; the degree is how many.
  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::int64_t i = 0; i < examples(); ++i) {
      const std::vector<metrics::Entity> is = metrics::spans_of(sentence(i).tags);
      const std::vector<metrics::Entity> said = metrics::spans_of(tags(i, outputs[static_cast<std::size_t>(i)]));
      const std::vector<std::string> missing = only_in(is, said, i), found = only_in(said, is, i);
      if (!missing.empty() || !found.empty())
        all.push_back({tagged_.place(sentence(i), 0),
                       text(i, 0, std::ssize(sentence(i).words)),
                       {{"missing", missing}, {"found", found}},
                       "wrong_entities",
                       static_cast<double>(missing.size() + found.size())});
    }
    return all;
  }

  std::string details(std::span<const Output> outputs) const override {
    std::vector<metrics::Tags> is, said;
    for (std::int64_t i = 0; i < examples(); ++i) {
      is.push_back(sentence(i).tags);
      said.push_back(tags(i, outputs[static_cast<std::size_t>(i)]));
    }
    return metrics::table(metrics::named_counts(metrics::entity_report(is, said)));
  }

 private:
  const TaggedSentence& sentence(std::int64_t i) const { return tagged_.sentences[static_cast<std::size_t>(i)]; }

  std::vector<std::string> seen() const {
    std::vector<std::string> seen = {outside};
    for (const TaggedSentence& sentence : tagged_.sentences)
      for (std::size_t word = 0; word < sentence.tags.size(); ++word) {
        require(metrics::is_tag(sentence.tags[word]), "{}: got the tag '{}', want O or one such as B-PER",
                tagged_.place(sentence, word), sentence.tags[word]);
        seen.push_back(sentence.tags[word]);
      }
    return seen;
  }

  // In a file to predict the last column need not be that of the tags.
  bool all_known() const {
    return std::ranges::all_of(tagged_.sentences, [&](const TaggedSentence& sentence) {
      return std::ranges::all_of(sentence.tags, [&](const std::string& tag) { return labels_.find(tag).has_value(); });
    });
  }

  // A word's label stands at its first token. A sentence that is too long comes in windows.
  void add(const TaggedSentence& sentence, const text::Tokenizer& tokenizer, const DataOptions& options) {
    text::Encoding encoding =
        tokenizer.encode_words(sentence.words, {.max_length = options.max_length, .overflow = true});
    std::vector<text::Encoding> windows = std::move(encoding.overflow);
    windows.insert(windows.begin(), std::move(encoding));
    Item& item = items_.emplace_back();
    std::vector<std::size_t>& words = words_.emplace_back();  // that have a token
    std::int64_t last = text::Encoding::none;
    for (text::Encoding& window : windows) {
      for (const std::int64_t word : window.words) {
        const bool begins = word != text::Encoding::none && word != last;
        if (word != text::Encoding::none) last = word;
        item.labels.push_back(begins ? label(sentence, static_cast<std::size_t>(word)) : no_label);
        if (begins) words.push_back(static_cast<std::size_t>(word));
      }
      item.sequences.push_back({std::move(window.ids), std::move(window.types)});
    }
  }

  std::int64_t label(const TaggedSentence& sentence, std::size_t word) const {
    return sentence.tags.empty() ? 0 : labels_.id(sentence.tags[word], tagged_.place(sentence, word));
  }

  // A word of which no token is left is no name.
  metrics::Tags tags(std::int64_t i, const Output& output) const {
    metrics::Tags to(sentence(i).words.size(), outside);
    const std::vector<std::size_t>& words = words_[static_cast<std::size_t>(i)];
    for (std::size_t at = 0; at < words.size(); ++at) to[words[at]] = labels_.name(output.labels[at]);
    return to;
  }

  // Names that only the first of the two have: 'Verona' as LOC in line 17.
  std::vector<std::string> only_in(const std::vector<metrics::Entity>& these,
                                   const std::vector<metrics::Entity>& others, std::int64_t i) const {
    std::vector<std::string> to;
    for (const metrics::Entity& entity : these)
      if (std::ranges::find(others, entity) == others.end())
        to.push_back(fmt::format("'{}' as {} in line {}", text(i, entity.begin, entity.end), entity.type,
                                 sentence(i).line + entity.begin));
    return to;
  }

  std::string text(std::int64_t i, std::int64_t begin, std::int64_t end) const {
    std::string to;
    for (std::int64_t word = begin; word < end; ++word)
      to += (word == begin ? "" : " ") + sentence(i).words[static_cast<std::size_t>(word)];
    return to;
  }

  TaggedFile tagged_;
  Labels labels_;
  std::optional<metrics::Scheme> scheme_ = metrics::scheme_of(labels_.names());  // of names that keep its rules
  std::vector<std::vector<std::size_t>> words_;  // of each item, those that its labels belong to
};

}  // namespace

std::unique_ptr<Data> tag_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                               const DataOptions& options, std::optional<Labels>& labels) {
  return std::make_unique<TagData>(file, tokenizer, options, labels);
}

Examples tag_examples(const std::filesystem::path& file, BadRows bad_rows) {
  TaggedFile tagged = read_columns(file, {.bad_rows = bad_rows});
  Examples to{.file = std::move(tagged.file), .columns = {.text = "words", .label = "tags"}};
  to.bad_rows = std::move(tagged.bad_rows);
  for (const TaggedSentence& sentence : tagged.sentences)
    to.rows.push_back(
        {.line = sentence.line, .text = joined(sentence.words, " "), .label = io::Json(sentence.tags).dump()});
  return to;
}

}  // namespace bertlet::tasks
