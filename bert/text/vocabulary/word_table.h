#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::text {

struct WordCount {
  std::string_view word;
  int64_t count;
};

// How often words were met. Their bytes lie one after another in one string.
class WordTable {
 public:
  static std::size_t hash(std::string_view word) { return std::hash<std::string_view>()(word); }

  void add(std::string_view word, std::size_t hash, int64_t count);
  int64_t size() const { return static_cast<int64_t>(entries_.size()); }
  void keep_above(int64_t count);  // drops words that were met `count` times or less

  template <class F>
  void for_each(const F& f) const {  // f(WordCount, hash)
    for (const Entry& entry : entries_) f(WordCount{word(entry), entry.count}, entry.hash);
  }

 private:
  struct Entry {
    std::size_t offset, length, hash;
    int64_t count;
  };

  std::string_view word(const Entry& entry) const { return {bytes_.data() + entry.offset, entry.length}; }
  std::size_t slot(std::string_view word, std::size_t hash) const;
  void grow();

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(16);  // 1 + index of an entry; 0: free
};

}  // namespace bertlet::text
