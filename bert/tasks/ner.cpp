// A tag for each word: names and the like.
#include <algorithm>

#include "bert/heads/head.h"
#include "bert/metrics/entities.h"
#include "bert/tasks/tagging_data.h"
#include "core/names.h"
#include "core/ops.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char* outside = "O";

class Tagging : public Task {
 public:
  Facts facts() const override {
    return {"ner", "A tag for each word: names and the like", "", "BertForTokenClassification"};
  }
  Content content() const override { return Content::words; }
  ClassLoss class_loss() const override { return ClassLoss::weighted; }
  bool has_named_classes() const override { return true; }
  std::string cannot_teach() const override {
    if (head_.crf) return "chooses the tags of a sentence together (--crf)";
    return head_.layers == "last" ? "" : "has a head that reads other layers than the last";
  }
  void check() const override {
    require(!head_.crf || (!balanced && smoothing == 0),
            "ner: got --crf with --balanced or --smoothing, want neither beside it");
  }

  std::vector<std::string> labels_of(const Example& row) const override { return row.labels; }
  void learn_labels(const Examples& examples) override {
    if (labels) return;
    std::vector<std::string> seen = {outside};
    for (const Example& row : examples.rows)
      for (std::size_t word = 0; word < row.labels.size(); ++word) {
        require(metrics::is_tag(row.labels[word]), "{}: got the tag '{}', want O or one such as B-PER",
                examples.place(row, word), row.labels[word]);
        seen.push_back(row.labels[word]);
      }
    labels = Labels::of(seen);
  }

  int64_t length(const Example& row, const text::Tokenizer& tokenizer) const override {
    return Task::length({.text = row.text.empty() ? joined(row.parts, " ") : row.text}, tokenizer);
  }

  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override {
    if (use == Use::predicting && !all_known(examples)) {
      examples.labelled = false;
      for (Example& row : examples.rows) row.labels.clear();
    }
    return std::make_unique<TaggingData>(std::move(examples), tokenizer, max_length.value_or(128), *labels);
  }

  std::unique_ptr<bert::Network> network(bert::Config config) const override {
    const bool is_plain = head_.kind == "linear" && head_.layers == "last" && !head_.crf;
    return bert::token_network(named(std::move(config), is_plain), head_);
  }
  Tensor class_scores(const Scores& scores) const override {
    const bert::LabelledRows labelled(scores.wanted.labels);
    return head_.crf || labelled.rows.empty() ? Tensor() : gather_rows(scores.scored.scores, labelled.rows);
  }
  double weight(const Scores& scores) const override {
    return head_.crf ? static_cast<double>(scores.batch.sequences()) : Task::weight(scores);
  }

  std::vector<Output> outputs(const bert::Network& network, const Scores& of, ItemSpan items) const override {
    const std::vector<int64_t> best = network.decode(of.scored, of.batch, of.wanted.labels);
    const real* scores = of.scored.scores.value().data();
    const int64_t labels = of.scored.scores.shape()[1];
    std::vector<Output> to;
    for (auto next = best.begin(); const Item* item : items) {
      const auto count = std::ssize(item->places);
      const real* end = scores + item->tokens() * labels;
      to.push_back({.scores = {scores, end}, .labels = {next, next + count}});
      next += count;
      scores = end;
    }
    return to;
  }

  Measuring measuring(const Data& data, Outputs outputs) const override {
    return [this, &data, outputs](Chosen chosen) {
      const Tagged both = tagged(data, outputs, chosen);
      const metrics::EntityReport report = metrics::entity_report(both.is, both.said);
      const metrics::Averages averages = metrics::averages(metrics::counts(report));
      metrics::Measures to = {{"f1", averages.micro.f1},
                              {"precision", averages.micro.precision},
                              {"recall", averages.micro.recall},
                              {"macro_f1", averages.macro.f1},
                              {"tag_accuracy", metrics::tag_accuracy(report)}};
      const std::optional<metrics::Scheme> scheme = metrics::scheme_of(labels->names());
      if (!scheme) return to;
      const metrics::Scores strict =
          metrics::averages(metrics::counts(metrics::entity_report(both.is, both.said, scheme))).micro;
      to.insert(to.end(),
                {{"strict_f1", strict.f1}, {"strict_precision", strict.precision}, {"strict_recall", strict.recall}});
      return to;
    };
  }

  // That nothing is a name.
  std::vector<Output> baseline(const Data& data) const override {
    std::vector<Output> to;
    for (const Item& item : data.items)
      to.push_back({.labels = std::vector<int64_t>(item.places.size(), labels->find(outside).value_or(0))});
    return to;
  }

  std::string details(const Data& data, Outputs outputs) const override {
    const Tagged all = tagged(data, outputs, all_examples(data));
    return metrics::table(metrics::named_counts(metrics::entity_report(all.is, all.said)));
  }

  // Wrong are names that are missing or are none; the degree is how many.
  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override {
    const std::vector<metrics::Entity> is = metrics::spans_of(data.row(i).labels);
    const std::vector<metrics::Entity> said = metrics::spans_of(tags(data, i, outputs));
    const std::vector<std::string> missing = only_in(is, said, data, i), found = only_in(said, is, data, i);
    return {.right = missing.empty() && found.empty(),
            .place = data.examples.place(data.row(i), 0),
            .text = joined(data.row(i).parts, " "),
            .facts = {{"missing", missing}, {"found", found}},
            .scale = "wrong_entities",
            .degree = static_cast<double>(missing.size() + found.size())};
  }

  Record prediction(const Data& data, int64_t i, Outputs outputs) const override {
    const Example& row = data.row(i);
    const metrics::Tags said = tags(data, i, outputs);
    Record entities = Record::array();
    for (const metrics::Entity& entity : metrics::spans_of(said))
      entities.push_back({{"type", entity.type},
                          {"begin", entity.begin},
                          {"end", entity.end},
                          {"text", words(row, entity.begin, entity.end)}});
    Record to{{"line", row.line}, {"words", row.parts}};
    if (data.examples.labelled) to["labels"] = row.labels;
    to["prediction"] = said;
    to["entities"] = std::move(entities);
    return to;
  }

  // The words, with names in brackets: [Mrs Chelsea Carter PER] asked about [Austin ORG] .
  std::string shown(const Data& data, int64_t i, Outputs outputs) const override {
    const Example& row = data.row(i);
    std::vector<std::string> to;
    int64_t word = 0;
    for (const metrics::Entity& entity : metrics::spans_of(tags(data, i, outputs))) {
      if (word < entity.begin) to.push_back(words(row, word, entity.begin));
      to.push_back(fmt::format("[{} {}]", words(row, entity.begin, entity.end), entity.type));
      word = entity.end;
    }
    if (word < std::ssize(row.parts)) to.push_back(words(row, word, std::ssize(row.parts)));
    return joined(to, " ") + "\n";
  }

  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions& options) const override {
    const std::vector<TokenScores> tokens = static_cast<const TaggingData&>(data).scored(i, outputs[to_size(i)].scores);
    return pipeline_entities(tokens, labels->names(), options.aggregation);
  }

 protected:
  void visit_own(const options::Visitor& f) override {
    f({"head", &head_.kind, "Head on the encoder", {.values = bert::token_kinds()}});
    f({"layers", &head_.layers, "Layers that the head reads: last, mixed, or the number of one", {.type = "WHICH"}});
    f({"width", &head_.width, "Width of a direction of lstm or gru; 0: half the model's", {.least = 0}});
    f({"crf", &head_.crf, "Choose the tags of a sentence together, by a conditional random field"});
  }

 private:
  // In a file to predict the last column need not be that of the tags.
  bool all_known(const Examples& examples) const {
    return std::ranges::all_of(examples.rows, [&](const Example& row) {
      return std::ranges::all_of(row.labels, [&](const std::string& tag) { return labels->find(tag).has_value(); });
    });
  }

  struct Tagged {
    std::vector<metrics::Tags> is = {}, said = {};
  };
  Tagged tagged(const Data& data, Outputs outputs, Chosen chosen) const {
    Tagged to;
    for (const int64_t i : chosen) {
      to.is.push_back(data.row(i).labels);
      to.said.push_back(tags(data, i, outputs));
    }
    return to;
  }

  // A word of which no token is left is no name.
  metrics::Tags tags(const Data& data, int64_t i, Outputs outputs) const {
    metrics::Tags to(data.row(i).parts.size(), outside);
    const std::vector<int64_t>& places = data.items[to_size(i)].places;
    for (std::size_t word = 0; word < places.size(); ++word)
      to[to_size(places[word])] = labels->name(outputs[to_size(i)].labels[word]);
    return to;
  }

  // Names that only the first of the two have: 'Verona' as LOC in line 17.
  static std::vector<std::string> only_in(const std::vector<metrics::Entity>& these,
                                          const std::vector<metrics::Entity>& others, const Data& data, int64_t i) {
    const Example& row = data.row(i);
    std::vector<std::string> to;
    for (const metrics::Entity& entity : these)
      if (std::ranges::find(others, entity) == others.end()) {
        const std::string place = data.examples.place(row, to_size(entity.begin));
        to.push_back(fmt::format("'{}' as {} in line {}", words(row, entity.begin, entity.end), entity.type,
                                 place.substr(place.rfind(':') + 1)));
      }
    return to;
  }

  static std::string words(const Example& row, int64_t begin, int64_t end) {
    return joined(std::span(row.parts).subspan(to_size(begin), to_size(end - begin)), " ");
  }

  bert::HeadOptions head_;
};

}  // namespace

std::unique_ptr<Task> ner() { return std::make_unique<Tagging>(); }

}  // namespace bertlet::tasks
