#include "bert/text/vocabulary/word_table.h"

#include <algorithm>
#include <limits>

#include "core/require.h"

namespace bertlet::text {

// The word's, or a free one.
std::size_t WordTable::slot(std::string_view sought, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    if (slots_[at] == 0) return at;
    const Entry& entry = entries_[slots_[at] - 1];
    if (entry.hash == hash && word(entry) == sought) return at;
  }
}

void WordTable::add(std::string_view word, std::size_t hash, int64_t count) {
  const std::size_t at = slot(word, hash);
  if (slots_[at] != 0) {
    entries_[slots_[at] - 1].count += count;
    return;
  }
  require(entries_.size() < std::numeric_limits<std::uint32_t>::max(), "word table: it has 2^32 words");
  entries_.push_back({bytes_.size(), word.size(), hash, count});
  bytes_ += word;
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  if (2 * entries_.size() > slots_.size()) grow();
}

void WordTable::grow() {
  slots_.assign(2 * slots_.size(), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = entries_[i].hash & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

void WordTable::keep_above(int64_t count) {
  WordTable kept;
  for_each([&](const WordCount& item, std::size_t hash) {
    if (item.count > count) kept.add(item.word, hash, item.count);
  });
  *this = std::move(kept);
}

}  // namespace bertlet::text
