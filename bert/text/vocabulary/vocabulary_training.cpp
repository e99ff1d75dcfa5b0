#include "bert/text/vocabulary/vocabulary_training.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "bert/text/tokenizer/normalizer.h"
#include "bert/text/unicode/utf8.h"
#include "bert/text/vocabulary/pair_merger.h"
#include "core/mapped.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

constexpr std::size_t usual_alphabet = 1000;
constexpr double wanted_share = 0.999, least_share = 0.99;

struct CharacterCount {
  char32_t c;
  int64_t count;
};

// The most frequent ones first.
std::vector<CharacterCount> character_counts(std::span<const WordCount> words) {
  std::unordered_map<char32_t, int64_t> counts;
  for (const WordCount& item : words)
    for (const char32_t c : decoded(item.word)) counts[c] += item.count;
  auto all = mapped(counts, [](const auto& item) { return CharacterCount{item.first, item.second}; });
  std::ranges::sort(all, [](const CharacterCount& a, const CharacterCount& b) {
    return a.count != b.count ? a.count > b.count : a.c < b.c;
  });
  return all;
}

std::set<char32_t> characters_inside(std::span<const WordCount> words) {
  std::set<char32_t> inside;
  for (const WordCount& item : words)
    for (const char32_t c : decoded(item.word).substr(1)) inside.insert(c);
  return inside;
}

// How many of the most frequent characters make up a share of all.
std::size_t how_many_cover(const std::vector<CharacterCount>& all, double share) {
  double whole = 0, covered = 0;
  for (const CharacterCount& item : all) whole += static_cast<double>(item.count);
  std::size_t count = 0;
  while (count < all.size() && covered < share * whole) covered += static_cast<double>(all[count++].count);
  return count;
}

// How many of the most frequent characters, each with its form inside words, the vocabulary has room for.
std::size_t how_many_fit(const std::vector<CharacterCount>& all, const std::set<char32_t>& inside, int64_t room) {
  std::size_t count = 0;
  while (count < all.size() && (room -= inside.contains(all[count].c) ? 2 : 1) >= 0) ++count;
  return count;
}

int64_t chosen_limit(std::span<const WordCount> words, const TrainingOptions& options) {
  if (options.alphabet_limit) return *options.alphabet_limit;
  const std::vector<CharacterCount> all = character_counts(words);
  const std::size_t wanted = std::max(usual_alphabet, how_many_cover(all, wanted_share));
  const std::size_t least = std::max(usual_alphabet, how_many_cover(all, least_share));
  const int64_t room = options.size - std::ssize(options.special);
  return static_cast<int64_t>(std::clamp(how_many_fit(all, characters_inside(words), room), least, wanted));
}

// Words as ids of characters. The vocabulary gets the alphabet and what of it continues words.
class Speller {
 public:
  Speller(Vocabulary& vocabulary, std::span<const WordCount> words, const TrainingOptions& options);
  void spell(std::string_view word, std::vector<PairMerger::Id>& ids) const;

 private:
  struct Ids {
    PairMerger::Id first, inside;
  };
  std::unordered_map<char32_t, Ids> ids_;
};

Speller::Speller(Vocabulary& vocabulary, std::span<const WordCount> words, const TrainingOptions& options) {
  const std::u32string characters = alphabet(words, chosen_limit(words, options));
  for (const char32_t c : characters) ids_[c].first = static_cast<PairMerger::Id>(vocabulary.add(encoded({&c, 1})));
  for (const char32_t c : characters_inside(words))
    if (ids_.contains(c))
      ids_[c].inside = static_cast<PairMerger::Id>(vocabulary.add(options.inside + encoded({&c, 1})));
}

// A character that is not in the alphabet is passed over, as if it were not there.
void Speller::spell(std::string_view word, std::vector<PairMerger::Id>& ids) const {
  bool is_first = true;
  for (const char32_t c : decoded(word)) {
    if (const auto found = ids_.find(c); found != ids_.end())
      ids.push_back(is_first ? found->second.first : found->second.inside);
    is_first = false;
  }
}

void check(const TrainingOptions& options) {
  require(options.size > 0, "vocabulary: got size {}, want at least 1", options.size);
  require(options.min_frequency > 0, "vocabulary: got min_frequency {}, want at least 1", options.min_frequency);
  const int64_t limit = options.alphabet_limit.value_or(1);
  require(limit > 0, "vocabulary: got alphabet_limit {}, want at least 1", limit);
}

// Two pieces written as one.
std::string merged(const std::string& first, std::string_view second, std::string_view inside) {
  if (second.starts_with(inside)) second.remove_prefix(inside.size());
  return first + std::string(second);
}

}  // namespace

std::u32string alphabet(std::span<const WordCount> words, int64_t limit) {
  std::vector<CharacterCount> all = character_counts(words);
  if (std::ssize(all) > limit) all.resize(to_size(limit));
  std::u32string characters;
  for (const CharacterCount& item : all) characters += item.c;
  std::ranges::sort(characters);
  return characters;
}

double known_characters(std::span<const WordCount> words, const Vocabulary& vocabulary) {
  int64_t all = 0, known = 0;
  for (const auto& [c, count] : character_counts(words)) {
    all += count;
    if (vocabulary.find(encoded({&c, 1}))) known += count;
  }
  return all == 0 ? 1 : static_cast<double>(known) / static_cast<double>(all);
}

Vocabulary trained_vocabulary(std::span<const WordCount> words, const TrainingOptions& options) {
  check(options);
  Vocabulary vocabulary(options.special);
  const Speller speller(vocabulary, words, options);
  require(
      vocabulary.size() <= options.size,
      "vocabulary: got size {}, want at least {} for special tokens and characters — a lower alphabet limit needs less",
      options.size, vocabulary.size());
  PairMerger merger;
  for (const WordCount& item : words)
    merger.add_word([&](std::vector<PairMerger::Id>& ids) { speller.spell(item.word, ids); }, item.count);
  merger.begin();
  while (vocabulary.size() < options.size) {
    const auto pair = merger.most_frequent(options.min_frequency);
    if (!pair) break;
    const std::string piece = merged(vocabulary.token(pair->first), vocabulary.token(pair->second), options.inside);
    merger.merge(static_cast<PairMerger::Id>(vocabulary.add(piece)));
    if (options.progress) options.progress(vocabulary.size());
  }
  return vocabulary;
}

Vocabulary word_vocabulary(std::span<const std::string> lines, const TextOptions& text,
                           std::vector<std::string> special) {
  const CharacterTable characters(text);
  Vocabulary vocabulary(std::move(special));
  for (const std::string& line : lines) {
    const Normalized even = normalized(line, characters, Keep::ids);
    for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
      vocabulary.add(std::string(even.text().substr(begin, end - begin)));
    });
  }
  return vocabulary;
}

}  // namespace bertlet::text
