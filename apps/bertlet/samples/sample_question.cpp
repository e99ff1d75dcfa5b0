#include <fmt/format.h>

#include "apps/bertlet/samples/clause.h"
#include "apps/bertlet/samples/samples.h"

namespace apps::samples {

namespace {

const Words people = {"Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Henry"};
const Words things = {"lamp", "chair", "clock", "boat", "horse", "piano", "coat", "map"};
const Words cities = {"Paris", "Rome", "Oslo", "Berlin", "Cairo", "Lima", "Delhi", "Quito"};
const Words days = {"Monday", "Tuesday", "Friday", "Sunday"};

// What can be asked of a sale.
struct Role {
  char sign;  // stands for it in a frame
  const char* question;
  const Words* words;
};
const Role roles[] = {{'S', "Who sold it ?", &people},
                      {'B', "Who got it ?", &people},
                      {'T', "What was sold ?", &things},
                      {'C', "Where was it ?", &cities},
                      {'D', "When was it ?", &days}};

const std::vector<const char*> sale_frames = {"S sold the T to B .", "the T was sold to B by S .",
                                              "B was sold the T by S .", "to B the T was sold by S .",
                                              "it was S that sold the T to B ."};
const std::vector<const char*> additions = {"", "in C ", "on D ", "in C on D "};

std::string frame_of(Random& random) {
  std::string frame = random.choice(sale_frames);
  frame.insert(frame.size() - 1, random.choice(additions));
  return frame;
}

struct Filler {
  std::string word = {};  // empty: the sale has none
  int64_t begin = 0;
};

// Puts words for the signs of a frame, none of them twice, and says which and where.
std::vector<Filler> fill(std::string& frame, Random& random) {
  std::vector<Filler> fillers(std::size(roles));
  std::string text;
  for (const char c : frame) {
    std::size_t role = 0;
    while (role < std::size(roles) && roles[role].sign != c) ++role;
    if (role == std::size(roles)) {
      text += c;
      continue;
    }
    fillers[role] = {std::string(another(*roles[role].words, {fillers[0].word, fillers[1].word}, random)),
                     std::ssize(text)};
    text += fillers[role].word;
  }
  frame = text;
  return fillers;
}

}  // namespace

SampleQuestion sample_question(Random& random) {
  SampleQuestion sample{.context = frame_of(random)};
  const std::vector<Filler> fillers = fill(sample.context, random);
  const std::size_t asked = below(fillers.size(), random);
  sample.question = roles[asked].question;
  sample.answer = fillers[asked].word;
  sample.answer_start = fillers[asked].begin;
  sample.context.front() = static_cast<char>(sample.context.front() & ~0x20);
  return sample;
}

}  // namespace apps::samples
