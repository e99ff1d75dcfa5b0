#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/samples/clause.h"
#include "apps/bertlet/samples/samples.h"

namespace apps::samples {

namespace {

// What may fill the places of a sentence, in words that mean the same.
using Alternatives = std::vector<Words>;
const std::vector<Alternatives> similar_places = {
    {{"nurse", "medic"}, {"farmer", "grower"}, {"sailor", "seaman"}},
    {{"chased", "pursued"}, {"found", "discovered"}, {"helped", "assisted"}},
    {{"boat", "ship"}, {"stone", "rock"}, {"dog", "hound"}}};

std::string with_fillers(const std::vector<std::size_t>& fillers, Random& random) {
  const auto word = [&](std::size_t place) { return random.choice(similar_places[place][fillers[place]]); };
  const std::string_view who = word(0), deed = word(1), what = word(2);
  return sentence(fmt::format("the {} {} the {}", who, deed, what));
}

void put_in_any_order(SampleChoice& choice, Random& random) {
  for (std::size_t i = choice.endings.size(); i > 1; --i)
    std::swap(choice.endings[i - 1], choice.endings[below(i, random)]);
}

}  // namespace

Example sample_similarity(Random& random) {
  std::vector<std::size_t> first, second;
  int equal = 0;
  for (const Alternatives& place : similar_places) {
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
  const Example deed = sample_deed(random);
  SampleChoice choice{.context = deed.text, .beginning = "So"};
  const auto ending = [](std::string_view who) { return fmt::format("{} did it .", who); };
  const std::string right = ending(deed.label);
  choice.endings = {ending("nobody"), ending("person"), ending("animal"), ending("machine")};
  put_in_any_order(choice, random);
  choice.right = std::ranges::find(choice.endings, right) - choice.endings.begin();
  return choice;
}

}  // namespace apps::samples
