#include <fmt/format.h>

#include <algorithm>

#include "bert/tasks/clause.h"
#include "bert/tasks/samples.h"

namespace bertlet::tasks {

namespace {

// Somebody did something to somebody of another kind.
struct Event {
  std::string text;
  std::string_view did_it, had_it_done, other;  // the three kinds
};

Event any_event(Random& random) {
  std::vector<Kind> three = kinds();
  random.shuffle(three);
  const Clause clause{random.choice(three[0].nouns), random.choice(random.choice(deeds())),
                      random.choice(three[1].nouns)};
  const Voice voice = random.chance(0.5) ? Voice::passive : Voice::active;
  const std::string text = said(clause, {voice}, random);
  return {sentence(with_surroundings(text, random)), three[0].name, three[1].name, three[2].name};
}

enum class Role { did_it, had_it_done };

std::string conclusion(std::string_view kind, Role role) {
  const std::string one = fmt::format("{} {}", kind.front() == 'a' ? "an" : "a", kind);
  return role == Role::did_it ? one + " did it" : "it was done to " + one;
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

void put_in_any_order(SampleChoice& choice, Random& random) {
  for (std::size_t i = choice.endings.size(); i > 1; --i)
    std::swap(choice.endings[i - 1], choice.endings[below(i, random)]);
}

}  // namespace

Example sample_conclusion(Random& random) {
  const Event event = any_event(random);
  const Role role = random.chance(0.5) ? Role::did_it : Role::had_it_done;
  const bool follows = random.chance(0.5);
  const bool first = (role == Role::did_it) == follows;
  const std::string second = conclusion(first ? event.did_it : event.had_it_done, role);
  return {.text = event.text, .text_b = sentence(second), .label = follows ? "yes" : "no"};
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
  const Event event = any_event(random);
  const bool who = random.chance(0.5);
  const Role role = who ? Role::did_it : Role::had_it_done, other_role = who ? Role::had_it_done : Role::did_it;
  const std::string_view kind = who ? event.did_it : event.had_it_done, wrong = who ? event.had_it_done : event.did_it;
  SampleChoice choice{.context = event.text, .beginning = "So"};
  const std::string right = conclusion(kind, role) + " .";
  choice.endings = {right, conclusion(wrong, role) + " .", conclusion(kind, other_role) + " .",
                    conclusion(event.other, role) + " ."};
  put_in_any_order(choice, random);
  choice.right = std::ranges::find(choice.endings, right) - choice.endings.begin();
  return choice;
}

}  // namespace bertlet::tasks
