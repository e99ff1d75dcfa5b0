#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/samples/clause.h"
#include "apps/bertlet/samples/samples.h"
#include "core/names.h"
#include "core/real.h"

namespace apps::samples {

namespace {

const Words aspects = {"food", "service", "room", "view", "music"};
const Words praise = {"good", "great", "nice"}, blame = {"bad", "poor", "dull"};
const Words links = {" and ", " but ", " , "};

Voice any_voice(Random& random) { return static_cast<Voice>(random.below(4)); }

// "not bad" is praise too: both words together tell. Where "not" is the rarer one, a model has something to begin with.
std::string judged(std::string_view aspect, bool praised, Random& random) {
  const bool denied = random.chance(0.35);
  return fmt::format("the {} was {} {}", aspect, denied ? "not" : "very",
                     random.choice(praised != denied ? praise : blame));
}

struct Review {
  std::string text = {};
  std::ptrdiff_t judged = 0;
  Words praised = {};  // in the order of the alphabet
};

Review any_review(Random& random) {
  Words some = aspects;
  random.shuffle(some);
  some.resize(bertlet::to_size(random.between(2, 3)));
  Review review{.judged = std::ssize(some)};
  for (const std::string_view aspect : some) {
    const bool is_praised = random.chance(0.5);
    if (is_praised) review.praised.push_back(aspect);
    if (!review.text.empty()) review.text += random.choice(links);
    review.text += judged(aspect, is_praised, random);
  }
  review.text = sentence(review.text);
  std::ranges::sort(review.praised);
  return review;
}

std::vector<std::string> document_about(const Kind& kind, Random& random) {
  const std::string_view hero = random.choice(kind.nouns), other = another(kind.nouns, {hero}, random);
  std::vector<std::string> sentences;
  for (int64_t left = random.between(3, 7); left > 0; --left) {
    const bool acts = random.chance(0.5);
    const Clause clause{acts ? hero : other, random.choice(random.choice(deeds())), acts ? other : hero};
    const std::string text = said(clause, {any_voice(random), 0.3}, random);
    sentences.push_back(sentence(with_surroundings(text, random)));
  }
  return sentences;
}

}  // namespace

Example sample_deed(Random& random) {
  std::vector<Kind> two = kinds();
  random.shuffle(two);
  const Clause clause{random.choice(two[0].nouns), random.choice(random.choice(deeds())), random.choice(two[1].nouns)};
  const std::string text = said(clause, {any_voice(random), 0.3}, random);
  return {.text = sentence(with_surroundings(text, random)), .label = std::string(two[0].name)};
}

Example sample_praise(Random& random) {
  const Review review = any_review(random);
  return {.text = review.text, .label = bertlet::joined(review.praised, ",")};
}

Example sample_opinion(Random& random) {
  const bool first = random.chance(0.5), second = random.chance(0.5);
  const auto opinion = [&](bool praised) {
    return sentence(with_surroundings(judged(random.choice(aspects), praised, random), random));
  };
  const char* label = first != second ? "in two minds" : first ? "content" : "discontent";
  const std::string text = opinion(first);
  return {.text = text, .text_b = opinion(second), .label = label};
}

Example sample_rating(Random& random) {
  const Review review = any_review(random);
  return {.text = review.text, .label = std::to_string(2 * std::ssize(review.praised) - review.judged)};
}

std::vector<std::string> sample_document(Random& random) { return document_about(random.choice(kinds()), random); }

// Where the second one does not follow it is of others, and of another kind.
Example sample_next_sentence(Random& random) {
  std::vector<Kind> two = kinds();
  random.shuffle(two);
  const std::vector<std::string> document = document_about(two[0], random), other = document_about(two[1], random);
  const std::size_t first = below(document.size() - 1, random);
  const bool follows = random.chance(0.5);
  return {.text = document[first],
          .text_b = follows ? document[first + 1] : random.choice(other),
          .label = follows ? "follows" : "elsewhere"};
}

}  // namespace apps::samples
