#pragma once
#include "apps/bertlet/romeo/text.h"

// The toy's story in a page of one file: the dialogue, an example being masked, the losses beside what could be had
// without learning, attention before and after, and the answers.
namespace apps {

// What is seen of the training on the way.
struct Story {
  std::vector<romeo::Loss> losses = {};  // before each step
  bertlet::Array before = {};            // the last layer's attention in the first example, [A, T, T]
};

std::string story_page(const romeo::Toy& toy, const romeo::Settings& settings, const Story& story,
                       const romeo::Verdict& verdict);

}  // namespace apps
