#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/unicode/character_table.h"
#include "bert/text/vocabulary/word_table.h"

namespace bertlet::text {

struct WordCountOptions {
  TextOptions text = {};
  int64_t longest_word = 100;      // in characters; longer words count for nothing, as they are unknown anyway
  int64_t most_words = 4'000'000;  // how many different words are remembered
};

// Counts the words of texts of any size, on all threads, with the words of the tokenizer.
//
// When there are more different words than it may remember, the rarest are forgotten until at most half as many are
// left. That happens at places that the text alone decides, so the counts are the same for any number of threads, and
// however the text was read. A count is short by at most forgotten().
class WordCounts {
 public:
  explicit WordCounts(const WordCountOptions& options = {});

  void add(std::string_view line);
  std::vector<WordCount> words();  // the most frequent first, equally frequent ones by their bytes; they live here

  int64_t total() const { return total_; }        // of all words, the long ones too
  int64_t too_long() const { return too_long_; }  // of these
  int64_t forgotten() const { return forgotten_; }

 private:
  static constexpr std::size_t shard_bits = 5, shards = std::size_t{1} << shard_bits;
  using Shards = std::array<WordTable, shards>;  // by the first bits of a word's hash
  struct Slice {
    Shards words;
    int64_t total = 0, too_long = 0;
  };

  void count();
  void count(std::string_view line, Slice& slice) const;
  void gather(const std::vector<Slice>& slices);
  void forget();
  int64_t size() const;

  WordCountOptions options_;
  CharacterTable characters_;
  std::string waiting_;            // lines that are not counted yet,
  std::vector<std::size_t> ends_;  // and where they end
  Shards words_;
  int64_t total_ = 0, too_long_ = 0, forgotten_ = 0;
};

// Of all lines of files; "-" is standard input. `progress` is told how many bytes were read.
void count_files(const std::vector<std::string>& files, WordCounts& counts,
                 const std::function<void(int64_t bytes)>& progress = {});

}  // namespace bertlet::text
