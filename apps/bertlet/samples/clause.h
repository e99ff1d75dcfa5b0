#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "bert/data/random.h"

// What samples.h makes its sentences of.
namespace apps::samples {

using bertlet::data::Random;
using Words = std::vector<std::string_view>;

// Nouns by kind, and verbs in the past, whose participle is the same: each with others that mean the same.
struct Kind {
  std::string_view name;
  Words nouns;
};
const std::vector<Kind>& kinds();  // person, animal, machine
const std::vector<Words>& deeds();

// Who does what to whom.
struct Clause {
  std::string_view who, deed, whom;
};

// The fox chased the hen; the hen was chased by the fox; and two more with as many words in another order.
enum class Voice { active, passive, it_was_who, it_was_whom };

struct Manner {
  Voice voice = Voice::active;
  double adjectives = 0;  // how probable one is
};
std::string said(const Clause& clause, const Manner& manner, Random& random);

// Perhaps where and when it was.
std::string with_surroundings(std::string text, Random& random);

std::string sentence(std::string text);  // with a capital and a full stop

// Another one than those taken.
std::string_view another(const Words& words, std::initializer_list<std::string_view> taken, Random& random);

std::size_t below(std::size_t n, Random& random);

}  // namespace apps::samples
