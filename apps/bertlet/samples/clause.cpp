#include "apps/bertlet/samples/clause.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/real.h"

namespace apps::samples {

namespace {

const Words adjectives = {"old", "young", "small", "big", "red", "quick", "quiet", "clever"};
const Words places = {"near the river", "in the garden",  "behind the barn",
                      "on the hill",    "at the harbour", "under the bridge"};
const Words moments = {"today", "yesterday", "this morning", "last night"};

std::string with_article(std::string_view noun, double adjective_rate, Random& random) {
  if (random.chance(adjective_rate)) return fmt::format("the {} {}", random.choice(adjectives), noun);
  return fmt::format("the {}", noun);
}

}  // namespace

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {{"person", {"nurse", "farmer", "baker", "sailor", "teacher", "doctor"}},
                                        {"animal", {"fox", "hen", "goat", "dog", "cat", "horse"}},
                                        {"machine", {"robot", "drone", "tractor", "crane", "truck", "engine"}}};
  return all;
}

const std::vector<Words>& deeds() {
  static const std::vector<Words> all = {{"chased", "pursued", "hunted"},     {"found", "discovered", "spotted"},
                                         {"helped", "assisted", "supported"}, {"watched", "observed", "inspected"},
                                         {"pushed", "shoved", "pressed"},     {"called", "summoned", "invited"}};
  return all;
}

std::string said(const Clause& clause, const Manner& manner, Random& random) {
  const std::string who = with_article(clause.who, manner.adjectives, random);
  const std::string whom = with_article(clause.whom, manner.adjectives, random);
  switch (manner.voice) {
    case Voice::passive:
      return fmt::format("{} was {} by {}", whom, clause.deed, who);
    case Voice::it_was_who:
      return fmt::format("it was {} that {} {}", who, clause.deed, whom);
    case Voice::it_was_whom:
      return fmt::format("it was {} that {} {}", whom, who, clause.deed);
    default:
      return fmt::format("{} {} {}", who, clause.deed, whom);
  }
}

std::string with_surroundings(std::string text, Random& random) {
  if (random.chance(0.4)) text += fmt::format(" {}", random.choice(places));
  if (random.chance(0.4)) text += fmt::format(" {}", random.choice(moments));
  return text;
}

std::string sentence(std::string text) {
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text + " .";
}

std::string_view another(const Words& words, std::initializer_list<std::string_view> taken, Random& random) {
  Words left = words;
  std::erase_if(left, [&](std::string_view word) { return std::ranges::find(taken, word) != taken.end(); });
  return random.choice(left);
}

std::size_t below(std::size_t n, Random& random) { return bertlet::to_size(random.below(static_cast<int64_t>(n))); }

}  // namespace apps::samples
