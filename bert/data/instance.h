#pragma once
#include <cstdint>
#include <vector>

#include "nn/losses/losses.h"

namespace bertlet::data {

// A token that the model must find.
struct Hidden {
  int64_t position, id;  // where in the instance, and what stood there
  bool operator==(const Hidden&) const = default;
};

// What the model is asked of the two segments.
enum class Pair : int64_t {
  follows = 0,      // b comes after a in the text
  other = 1,        // b is from elsewhere, or comes before a
  none = no_label,  // nothing: there is no b
};

// What a model is pre-trained on.
struct Instance {
  std::vector<int64_t> ids;  // [CLS] a [SEP] b [SEP], after masking
  int64_t second = 0;        // where b begins; without b, the end
  Pair pair = Pair::none;
  std::vector<Hidden> hidden = {};  // by position

  int64_t size() const { return static_cast<int64_t>(ids.size()); }
  bool operator==(const Instance&) const = default;
};

}  // namespace bertlet::data
