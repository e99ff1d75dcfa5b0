#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/real.h"

namespace bertlet::text {

// How often each pair of pieces was met, by a number for each pair.
class PairTable {
 public:
  using Key = std::uint64_t;  // first << 32 | second: in order of the ids

  std::uint32_t number(Key key);  // a new one, if the key is new: 0, 1, 2, …
  std::uint32_t size() const { return size_; }

 private:
  struct Slot {
    Key key = 0;
    std::uint32_t number = 0;  // 1 more than it; 0: free
  };
  static std::size_t place(Key key) { return to_size((key * 0x9E3779B97F4A7C15u) >> 20); }
  void grow();

  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::uint32_t size_ = 0;
};

// Byte pair encoding (Sennrich et al. 2016) on ids. Words are rows of ids; the most frequent pair of neighbours is
// asked for and becomes one id in all words that have it. What a merge changes is counted where it happens; pairs wait
// in a heap, and one whose count has fallen meanwhile is put back when its turn comes.
//
// In this it is exactly Hugging Face's trainer, down to a habit that shows only where one piece comes about in several
// ways: the count of a merged pair stays as it is, and is added to if the pair comes about again.
class PairMerger {
 public:
  using Id = std::uint32_t;
  struct Pair {
    Id first, second;
  };

  template <class F>
  void add_word(const F& append_ids, int64_t count) {  // append_ids(std::vector<Id>&)
    append_ids(ids_);
    words_.push_back({ids_.size(), 0, count});
  }
  void begin();  // once all words are there

  std::optional<Pair> most_frequent(int64_t at_least);  // nothing: no pair is so frequent
  void merge(Id into);                                  // the pair asked for last

 private:
  struct Word {
    std::size_t end;  // in ids_, before anything is merged; it begins where the word before ends
    std::size_t length;
    int64_t count;
  };
  struct Count {
    PairTable::Key key;
    int64_t count = 0;
    std::vector<std::uint32_t> words = {};  // where it came about since it was last put in the heap
  };
  struct Waiting {
    int64_t count;
    PairTable::Key key;
    std::uint32_t number;
    std::vector<std::uint32_t> words;
  };

  std::span<Id> ids(std::uint32_t word);
  void change(Id first, Id second, int64_t by, std::uint32_t word);
  void merge_in(std::uint32_t word, Id into);
  void queue_changed();
  Pair take_last();  // of the heap
  static bool goes_later(const Waiting& a, const Waiting& b) {
    return a.count != b.count ? a.count < b.count : a.key > b.key;
  }

  std::vector<Id> ids_;
  std::vector<Word> words_;
  PairTable numbers_;
  std::vector<Count> counts_;           // by number
  std::vector<std::uint32_t> changed_;  // pairs that came about somewhere
  std::vector<Waiting> heap_;
  Waiting top_ = {};
};

}  // namespace bertlet::text
