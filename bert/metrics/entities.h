#pragma once
#include <map>

#include "bert/metrics/scores.h"
#include "bert/metrics/tags.h"

// How well entities were found: one is right if its type, its first and its last token are.
//
//   const EntityReport report = entity_report(gold, predicted);  // tags, sentence by sentence
//   averages(counts(report)).micro.f1;                            // what papers give
namespace bertlet::metrics {

struct TagCounts {
  int64_t right = 0;    // of an entity, and the right one
  int64_t wrong = 0;    // of an entity, and not the right one
  int64_t missed = 0;   // outside, and should be of an entity
  int64_t outside = 0;  // outside, as it should be
};

struct EntityReport {
  std::map<std::string, Counts> types;
  TagCounts tags;
};

// As seqeval: leniently, as conlleval does, or by the rules of a scheme.
EntityReport entity_report(std::span<const Tags> gold, std::span<const Tags> predicted,
                           std::optional<Scheme> strict = {});

double tag_accuracy(const EntityReport& report);
NamedCounts named_counts(const EntityReport& report);
std::vector<Counts> counts(const EntityReport& report);
std::string conlleval_text(const EntityReport& report);  // what the script conlleval prints

}  // namespace bertlet::metrics
