#include "bert/data/repeats.h"

namespace bertlet::data {

void Repeats::add(std::uint64_t hash) {
  if (!counts(hash)) return;
  ++seen_[hash];
  if (seen_.size() <= most_) return;
  ++halvings_;
  std::erase_if(seen_, [&](const auto& item) { return !counts(item.first); });
}

int64_t Repeats::count() const {
  int64_t again = 0;
  for (const auto& [hash, times] : seen_) again += times - 1;
  return again << halvings_;
}

}  // namespace bertlet::data
