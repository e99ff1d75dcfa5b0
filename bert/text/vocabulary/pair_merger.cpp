#include "bert/text/vocabulary/pair_merger.h"

#include <algorithm>
#include <utility>

namespace bertlet::text {

std::uint32_t PairTable::number(Key key) {
  if (2 * std::size_t{size_} >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = place(key) & mask;
  while (slots_[at].number != 0 && slots_[at].key != key) at = (at + 1) & mask;
  if (slots_[at].number == 0) slots_[at] = {key, ++size_};
  return slots_[at].number - 1;
}

void PairTable::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.number == 0) continue;
    std::size_t at = place(slot.key) & mask;
    while (slots_[at].number != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::span<PairMerger::Id> PairMerger::ids(std::uint32_t word) {
  const std::size_t begin = word == 0 ? 0 : words_[word - 1].end;
  return std::span(ids_).subspan(begin, words_[word].length);
}

void PairMerger::begin() {
  for (std::uint32_t word = 0; word < words_.size(); ++word) {
    words_[word].length = words_[word].end - (word == 0 ? 0 : words_[word - 1].end);
    const std::span<const Id> row = ids(word);
    for (std::size_t i = 1; i < row.size(); ++i) change(row[i - 1], row[i], words_[word].count, word);
  }
  queue_changed();
}

void PairMerger::change(Id first, Id second, int64_t by, std::uint32_t word) {
  const PairTable::Key key = PairTable::Key{first} << 32 | second;
  const std::uint32_t number = numbers_.number(key);
  if (number == counts_.size()) counts_.push_back({key});
  Count& pair = counts_[number];
  pair.count += by;
  if (by < 0) return;
  if (pair.words.empty()) changed_.push_back(number);
  if (pair.words.empty() || pair.words.back() != word) pair.words.push_back(word);
}

void PairMerger::queue_changed() {
  for (const std::uint32_t number : changed_) {
    Count& pair = counts_[number];
    std::vector<std::uint32_t> words = std::exchange(pair.words, {});
    if (pair.count <= 0) continue;
    heap_.push_back({pair.count, pair.key, number, std::move(words)});
    std::ranges::push_heap(heap_, goes_later);
  }
  changed_.clear();
}

std::optional<PairMerger::Pair> PairMerger::most_frequent(int64_t at_least) {
  while (!heap_.empty()) {
    const int64_t now = counts_[heap_.front().number].count;
    const bool is_right = heap_.front().count == now;
    if (is_right && now < at_least) return {};
    std::ranges::pop_heap(heap_, goes_later);
    if (is_right) return take_last();
    heap_.back().count = now;
    std::ranges::push_heap(heap_, goes_later);
  }
  return {};
}

PairMerger::Pair PairMerger::take_last() {
  top_ = std::move(heap_.back());
  heap_.pop_back();
  return {static_cast<Id>(top_.key >> 32), static_cast<Id>(top_.key)};
}

void PairMerger::merge(Id into) {
  for (const std::uint32_t word : top_.words) merge_in(word, into);
  queue_changed();
}

// From left to right; what stands behind moves up.
void PairMerger::merge_in(std::uint32_t word, Id into) {
  const auto first = static_cast<Id>(top_.key >> 32), second = static_cast<Id>(top_.key);
  const std::span<Id> row = ids(word);
  const int64_t count = words_[word].count;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < row.size(); ++i, ++kept) {
    if (row[i] != first || i + 1 == row.size() || row[i + 1] != second) {
      row[kept] = row[i];
      continue;
    }
    if (kept > 0) {
      change(row[kept - 1], first, -count, word);
      change(row[kept - 1], into, count, word);
    }
    if (i + 2 < row.size()) {
      change(second, row[i + 2], -count, word);
      change(into, row[i + 2], count, word);
    }
    row[kept] = into;
    ++i;
  }
  words_[word].length = kept;
}

}  // namespace bertlet::text
