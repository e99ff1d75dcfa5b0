#include "bert/text/vocabulary/word_counts.h"

#include <algorithm>

#include "bert/io/files/lines.h"
#include "bert/text/tokenizer/normalizer.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

constexpr std::size_t batch = std::size_t{1} << 22;  // bytes of whole lines that are counted at once
constexpr int64_t slices_of_batch = 16;

}  // namespace

WordCounts::WordCounts(const WordCountOptions& options) : options_(options), characters_(options.text) {
  require(options.most_words > 0, "word counts: got most_words {}, want at least 1", options.most_words);
  require(options.longest_word > 0, "word counts: got longest_word {}, want at least 1", options.longest_word);
}

void WordCounts::add(std::string_view line) {
  waiting_ += line;
  ends_.push_back(waiting_.size());
  if (waiting_.size() + ends_.size() >= batch) count();
}

// Each slice of the lines is counted by itself; then each shard is gathered from all slices. Sums do not depend on
// their order.
void WordCounts::count() {
  const int64_t lines = std::ssize(ends_), grain = (lines + slices_of_batch - 1) / slices_of_batch;
  if (lines == 0) return;
  std::vector<Slice> slices(to_size((lines + grain - 1) / grain));
  parallel_for(lines, grain, [&](int64_t first, int64_t last) {
    Slice& slice = slices[to_size(first / grain)];
    for (auto i = to_size(first); i < to_size(last); ++i) {
      const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
      count(std::string_view(waiting_).substr(begin, ends_[i] - begin), slice);
    }
  });
  waiting_.clear();
  ends_.clear();
  gather(slices);
  if (size() > options_.most_words) forget();
}

void WordCounts::count(std::string_view line, Slice& slice) const {
  const Normalized even = normalized(line, characters_, Keep::ids);
  const auto longest = to_size(options_.longest_word);
  for_each_word(even.text(), characters_, [&](std::size_t begin, std::size_t end) {
    const std::string_view word = even.text().substr(begin, end - begin);
    ++slice.total;
    if (word.size() > longest && count_characters(word) > longest) {
      ++slice.too_long;
      return;
    }
    const std::size_t hash = WordTable::hash(word);
    slice.words[hash >> (8 * sizeof hash - shard_bits)].add(word, hash, 1);
  });
}

void WordCounts::gather(const std::vector<Slice>& slices) {
  for (const Slice& slice : slices) {
    total_ += slice.total;
    too_long_ += slice.too_long;
  }
  parallel_for(std::ssize(words_), 1, [&](int64_t first, int64_t last) {
    for (auto shard = to_size(first); shard < to_size(last); ++shard)
      for (const Slice& slice : slices)
        slice.words[shard].for_each(
            [&](const WordCount& item, std::size_t hash) { words_[shard].add(item.word, hash, item.count); });
  });
}

// All words as frequent as the first that is too many go with it, whatever their bytes.
void WordCounts::forget() {
  std::vector<int64_t> counts;
  for (const WordTable& shard : words_)
    shard.for_each([&](const WordCount& item, std::size_t) { counts.push_back(item.count); });
  const auto first_too_many = counts.begin() + options_.most_words / 2;
  std::ranges::nth_element(counts, first_too_many, std::greater());
  for (WordTable& shard : words_) shard.keep_above(*first_too_many);
  forgotten_ += *first_too_many;
}

int64_t WordCounts::size() const {
  int64_t size = 0;
  for (const WordTable& shard : words_) size += shard.size();
  return size;
}

std::vector<WordCount> WordCounts::words() {
  count();
  std::vector<WordCount> all;
  all.reserve(to_size(size()));
  for (const WordTable& shard : words_)
    shard.for_each([&](const WordCount& item, std::size_t) { all.push_back(item); });
  std::ranges::sort(all, [](const WordCount& a, const WordCount& b) {
    return a.count != b.count ? a.count > b.count : a.word < b.word;
  });
  return all;
}

void count_files(const std::vector<std::string>& files, WordCounts& counts,
                 const std::function<void(int64_t bytes)>& progress) {
  int64_t bytes = 0;
  for (const std::string& file : files) {
    io::LineBlocks blocks(file, io::LineBlocks::longest_corpus);
    for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next()) {
      for (const std::string_view line : *lines) {
        counts.add(line);
        bytes += std::ssize(line) + 1;
      }
      if (progress) progress(bytes);
    }
  }
}

}  // namespace bertlet::text
