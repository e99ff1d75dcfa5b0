#pragma once
#include <array>
#include <optional>

#include "bert/data/random.h"
#include "bert/tasks/forms/examples.h"

// Rows of made-up tasks, English enough to be read, from a grammar of few words, for small models without pre-training.
// What a row means follows from how its words stand to each other: a bag of words is lost.
namespace apps::samples {

using bertlet::data::Random;
using bertlet::tasks::Example;

// "The fox was seen by the robot ." – who did it? person, animal or machine. Whoever it was done to is of another kind.
Example sample_deed(Random&);

// "The food was not bad ." and "The room was very dull .": is who says both content, in two minds or discontent?
Example sample_opinion(Random&);

// Two sentences that share none to all of who, did what and to what, in other words: 0, 0.33, 0.67 or 1.
Example sample_similarity(Random&);

// "The food was not bad but the room was very dull ." – what is praised? food
Example sample_praise(Random&);

// The same – how much? 1 for each that is praised, -1 for each that is blamed: 0
Example sample_rating(Random&);

// Names that could be anybody's, anything's and any place's: PER, ORG or LOC follows from the sentence.
Example sample_names(Random&);

// Somebody sold something to somebody, perhaps somewhere; the question is about one of these.
struct SampleQuestion {
  std::string context = {}, question = {};
  std::string answer = {};   // empty: the context does not say
  int64_t answer_start = 0;  // in the context
};
SampleQuestion sample_question(Random&);

// Who did it? A person, an animal, a machine, or nobody, which is never right.
struct SampleChoice {
  std::string context, beginning;
  std::array<std::string, 4> endings = {};
  int64_t right = 0;
};
SampleChoice sample_choice(Random&);

// Some sentences about the same two.
std::vector<std::string> sample_document(Random&);

// Two sentences: of one document, where the second follows, or of two.
Example sample_next_sentence(Random&);

}  // namespace apps::samples
