#include "bert/metrics/entities.h"

#include <algorithm>

#include "core/require.h"

namespace bertlet::metrics {

namespace {

void count_tags(const Tags& gold, const Tags& predicted, TagCounts& counts) {
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const bool is_right = gold[i] == predicted[i], is_outside = predicted[i] == "O";
    if (is_right)
      ++(is_outside ? counts.outside : counts.right);
    else
      ++(is_outside ? counts.missed : counts.wrong);
  }
}

void count_entities(std::vector<Entity> gold, const std::vector<Entity>& predicted,
                    std::map<std::string, Counts>& types) {
  std::ranges::sort(gold);
  for (const Entity& entity : gold) ++types[entity.type].gold;
  for (const Entity& entity : predicted) {
    Counts& type = types[entity.type];
    ++type.predicted;
    if (std::ranges::binary_search(gold, entity)) ++type.right;
  }
}

Counts sum(const EntityReport& report) {
  Counts sum;
  for (const auto& [name, type] : report.types)
    sum = {sum.right + type.right, sum.predicted + type.predicted, sum.gold + type.gold};
  return sum;
}

int64_t tag_count(const TagCounts& tags) { return tags.right + tags.wrong + tags.missed + tags.outside; }

std::string percents(const Counts& counts) {
  const Scores s = scores(counts);
  return fmt::format("precision: {:6.2f}%; recall: {:6.2f}%; FB1: {:6.2f}", 100 * s.precision, 100 * s.recall,
                     100 * s.f1);
}

}  // namespace

EntityReport entity_report(std::span<const Tags> gold, std::span<const Tags> predicted, std::optional<Scheme> strict) {
  require(!gold.empty() && gold.size() == predicted.size(),
          "entities: got {} gold and {} predicted sentences, want as many of each and at least one", gold.size(),
          predicted.size());
  const auto spans = [&](const Tags& tags) { return strict ? spans_of(tags, *strict) : spans_of(tags); };
  EntityReport report;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    require(gold[i].size() == predicted[i].size(), "entities: got {} tags for the {} tokens of sentence {}",
            predicted[i].size(), gold[i].size(), i + 1);
    count_tags(gold[i], predicted[i], report.tags);
    count_entities(spans(gold[i]), spans(predicted[i]), report.types);
  }
  return report;
}

double tag_accuracy(const EntityReport& report) {
  return ratio(static_cast<double>(report.tags.right + report.tags.outside),
               static_cast<double>(tag_count(report.tags)));
}

NamedCounts named_counts(const EntityReport& report) { return {report.types.begin(), report.types.end()}; }

std::vector<Counts> counts(const EntityReport& report) {
  std::vector<Counts> counts;
  for (const auto& [name, type] : report.types) counts.push_back(type);
  return counts;
}

std::string conlleval_text(const EntityReport& report) {
  const Counts all = sum(report);
  std::string text = fmt::format("processed {} tokens with {} phrases; found: {} phrases; correct: {}.\n",
                                 tag_count(report.tags), all.gold, all.predicted, all.right);
  text += fmt::format("accuracy: {:6.2f}%; {}\n", 100 * tag_accuracy(report), percents(all));
  for (const auto& [name, type] : report.types)
    text += fmt::format("{:>17}: {}  {}\n", name, percents(type), type.predicted);
  return text;
}

}  // namespace bertlet::metrics
