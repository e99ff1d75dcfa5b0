#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/samples/clause.h"
#include "apps/bertlet/samples/samples.h"

namespace apps::samples {

namespace {

const std::vector<std::string_view> names = {"Florence", "Jordan",   "Paris",     "Washington", "Lincoln", "Sydney",
                                             "Austin",   "Chelsea",  "Dallas",    "Madison",    "Carter",  "Houston",
                                             "Brooklyn", "Victoria", "Charlotte", "Kent"};

// Words in capitals stand for a name of that type.
const std::vector<std::vector<std::string_view>> named_frames = {
    {"PER", "said", "that", "shares", "of", "ORG", "fell", "."},
    {"PER", "lives", "in", "LOC", "."},
    {"The", "road", "from", "LOC", "to", "LOC", "is", "long", "."},
    {"ORG", "sold", "its", "shares", "in", "ORG", "."},
    {"Yesterday", "PER", "met", "PER", "near", "LOC", "."},
    {"In", "LOC", "it", "rained", "."},
    {"The", "head", "of", "ORG", "told", "PER", "to", "travel", "to", "LOC", "."},
    {"Mr", "PER", "works", "for", "ORG", "."},
    {"PER", "asked", "Mrs", "PER", "about", "ORG", "."},
    {"People", "from", "LOC", "work", "for", "ORG", "."},
    {"ORG", "sold", "bread", "to", "PER", "."},
    {"LOC", "lies", "south", "of", "LOC", "."}};

bool is_type(std::string_view word) { return word == "PER" || word == "ORG" || word == "LOC"; }

void add_name(std::string_view type, Example& to, Random& random) {
  std::string_view before;
  for (int64_t words = random.chance(0.3) ? 2 : 1; words > 0; --words) {
    const std::string_view word = before.empty() ? random.choice(names) : another(names, {before}, random);
    to.parts.emplace_back(word);
    to.labels.push_back(fmt::format("{}-{}", before.empty() ? "B" : "I", type));
    before = word;
  }
}

}  // namespace

Example sample_names(Random& random) {
  Example made;
  for (const std::string_view word : random.choice(named_frames))
    if (is_type(word)) {
      add_name(word, made, random);
    } else {
      made.parts.emplace_back(word);
      made.labels.emplace_back("O");
    }
  return made;
}

}  // namespace apps::samples
