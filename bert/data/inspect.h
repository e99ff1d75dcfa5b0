#pragma once
#include <string>

#include "bert/data/instance.h"
#include "bert/text/vocabulary/vocabulary.h"

namespace bertlet::data {

enum class Colours { no, yes };  // yes: for a terminal

// An instance for people, on lines of its own: the pair, a, b; at each hidden token what stood there and what stands
// there now. In colour a [MASK] is green, a random token red and a kept one yellow.
//
//   b does not follow a, 128 tokens, 19 of them hidden
//     [CLS] for more than a mile→[MASK] up the→[MASK] great main street , … [SEP]
//     possibly this may have been the=the reason … [SEP]
std::string text_of(const Instance& instance, const text::Vocabulary& vocabulary, int64_t mask_id, Colours colours);

}  // namespace bertlet::data
