#include <fmt/format.h>

#include <algorithm>

#include "bert/tasks/clause.h"
#include "bert/tasks/samples.h"

namespace bertlet::tasks {

namespace {

// Few words, so that a model meets each often enough to find out which mean the same.
const Words actors = {"nurse", "farmer", "baker", "sailor", "fox", "hen", "goat", "dog"};
constexpr std::size_t few_deeds = 4;

struct Meaning {
  std::size_t deed;
  std::string_view who, whom;
};

std::string in_some_words(const Meaning& meaning, Random& random) {
  const Voice voice = random.chance(0.5) ? Voice::passive : Voice::active;
  const Clause clause{meaning.who, random.choice(deeds()[meaning.deed]), meaning.whom};
  return sentence(said(clause, {voice}, random));
}

Meaning any_meaning(Random& random) {
  const std::string_view who = random.choice(actors);
  return {below(few_deeds, random), who, another(actors, {who}, random)};
}

// One of the three is another; of eight, the two of one have changed places instead, which is hardest to see.
Meaning changed(const Meaning& meaning, Random& random) {
  const auto [deed, who, whom] = meaning;
  const std::int64_t how = random.below(8);
  if (how == 0) return {deed, whom, who};
  if (how < 3) return {deed, another(actors, {who, whom}, random), whom};
  if (how < 5) return {deed, who, another(actors, {who, whom}, random)};
  return {(deed + 1 + below(few_deeds - 1, random)) % few_deeds, who, whom};
}

// What may fill the places of a sentence, in words that mean the same.
using Place = std::vector<Words>;
const std::vector<Place> similar_places = {{{"nurse", "medic"}, {"farmer", "grower"}, {"sailor", "seaman"}},
                                           {{"chased", "pursued"}, {"found", "discovered"}, {"helped", "assisted"}},
                                           {{"boat", "ship"}, {"stone", "rock"}, {"dog", "hound"}}};

std::string with_fillers(const std::vector<std::size_t>& fillers, Random& random) {
  const auto word = [&](std::size_t place) { return random.choice(similar_places[place][fillers[place]]); };
  const std::string_view who = word(0), deed = word(1), what = word(2);
  return sentence(fmt::format("the {} {} the {}", who, deed, what));
}

// What follows from a deed: X chased Y, so Y ran away.
struct Consequence {
  std::string_view deed, reaction;
};
const std::vector<Consequence> consequences = {
    {"chased", "ran away"}, {"helped", "said thanks"}, {"called", "looked up"}, {"fed", "ate well"}};

void put_in_any_order(SampleChoice& choice, Random& random) {
  for (std::size_t i = choice.endings.size(); i > 1; --i)
    std::swap(choice.endings[i - 1], choice.endings[below(i, random)]);
}

}  // namespace

Example sample_paraphrase(Random& random) {
  const Meaning first = any_meaning(random);
  const bool same = random.chance(0.5);
  const Meaning second = same ? first : changed(first, random);
  const std::string text = in_some_words(first, random);
  return {.text = text, .text_b = in_some_words(second, random), .label = same ? "same" : "other"};
}

Example sample_similarity(Random& random) {
  std::vector<std::size_t> first, second;
  int equal = 0;
  for (const Place& place : similar_places) {
    first.push_back(below(place.size(), random));
    const bool same = random.chance(0.5);
    const std::size_t step = same ? 0 : 1 + below(place.size() - 1, random);
    second.push_back((first.back() + step) % place.size());
    equal += same ? 1 : 0;
  }
  const std::string text = with_fillers(first, random);
  return {.text = text, .text_b = with_fillers(second, random), .label = fmt::format("{:.2f}", equal / 3.0)};
}

SampleChoice sample_choice(Random& random) {
  const std::string_view who = random.choice(actors), whom = another(actors, {who}, random);
  const std::size_t told = below(consequences.size(), random);
  const std::size_t other = (told + 1 + below(consequences.size() - 1, random)) % consequences.size();
  const Voice voice = random.chance(0.5) ? Voice::passive : Voice::active;
  const std::string text = said({who, consequences[told].deed, whom}, {voice}, random);
  SampleChoice choice{.context = sentence(with_surroundings(text, random)), .beginning = "Then the"};
  const auto ending = [](std::string_view actor, std::size_t does) {
    return fmt::format("{} {} .", actor, consequences[does].reaction);
  };
  const std::string right = ending(whom, told);
  choice.endings = {right, ending(who, told), ending(whom, other), ending(who, other)};
  put_in_any_order(choice, random);
  choice.right = std::ranges::find(choice.endings, right) - choice.endings.begin();
  return choice;
}

}  // namespace bertlet::tasks
