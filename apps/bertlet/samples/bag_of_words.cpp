#include "apps/bertlet/samples/bag_of_words.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/tasks/item.h"
#include "bert/text/tokenizer/normalizer.h"
#include "core/random.h"
#include "core/require.h"

namespace apps::samples {

using bertlet::permutation;
using bertlet::require;
namespace text = bertlet::text;

namespace {

constexpr int passes = 10;
constexpr double rate = 0.3, shrinking = 1e-4;

void add_words(std::string_view text, const char* prefix, std::vector<std::string>& words) {
  static const text::CharacterTable characters{text::TextOptions()};
  const text::Normalized even = text::normalized(text, characters, text::Keep::ids);
  text::for_each_word(even.text(), characters, [&](std::size_t begin, std::size_t end) {
    words.push_back(prefix + std::string(even.text().substr(begin, end - begin)));
  });
}

}  // namespace

std::vector<std::string> bag_of(std::string_view text) {
  std::vector<std::string> words;
  add_words(text, "", words);
  return words;
}

std::vector<std::string> bag_of(std::string_view text, std::string_view text_b) {
  std::vector<std::string> words = bag_of(text);
  add_words(text_b, "b:", words);
  return words;
}

BagOfWords::BagOfWords(std::span<const BagRow> rows, int64_t labels) : labels_(bertlet::to_size(labels)) {
  require(labels > 0 && !rows.empty(), "bag of words: got {} rows and {} labels, want some", rows.size(), labels);
  for (const BagRow& row : rows)
    for (const std::string& word : row.words) ids_.try_emplace(word, std::ssize(ids_) + 1);
  weights_.resize((ids_.size() + 1) * labels_);
  squares_.resize(weights_.size());
  std::vector<std::vector<int64_t>> ids;
  for (const BagRow& row : rows) ids.push_back(ids_of(row.words));
  for (int pass = 0; pass < passes; ++pass)
    for (const int64_t i : permutation({.step = static_cast<std::uint64_t>(pass)}, std::ssize(rows)))
      descend(ids[bertlet::to_size(i)], rows[bertlet::to_size(i)].label);
}

std::vector<int64_t> BagOfWords::ids_of(std::span<const std::string> words) const {
  std::vector<int64_t> ids = {0};
  for (const std::string& word : words)
    if (const auto found = ids_.find(word); found != ids_.end()) ids.push_back(found->second);
  return ids;
}

std::vector<double> BagOfWords::probabilities_of(std::span<const int64_t> ids) const {
  std::vector<double> scores(labels_);
  for (const int64_t id : ids)
    for (std::size_t label = 0; label < labels_; ++label)
      scores[label] += weights_[bertlet::to_size(id) * labels_ + label];
  return bertlet::tasks::softmax(scores);
}

// A step of AdaGrad, which needs no schedule: rare words learn from their few rows, frequent ones calm down.
void BagOfWords::descend(std::span<const int64_t> ids, int64_t label) {
  std::vector<double> slopes = probabilities_of(ids);
  require(0 <= label && bertlet::to_size(label) < labels_, "bag of words: got label {}, want below {}", label, labels_);
  slopes[bertlet::to_size(label)] -= 1;
  for (const int64_t id : ids)
    for (std::size_t i = 0; i < labels_; ++i) {
      const std::size_t at = bertlet::to_size(id) * labels_ + i;
      const double slope = slopes[i] + shrinking * weights_[at];
      squares_[at] += slope * slope;
      weights_[at] -= rate * slope / std::sqrt(squares_[at] + 1e-8);
    }
}

std::vector<double> BagOfWords::probabilities(std::span<const std::string> words) const {
  return probabilities_of(ids_of(words));
}

int64_t BagOfWords::best(std::span<const std::string> words) const {
  const std::vector<double> all = probabilities(words);
  return std::ranges::max_element(all) - all.begin();
}

double BagOfWords::accuracy(std::span<const BagRow> rows) const {
  const auto right = std::ranges::count_if(rows, [&](const BagRow& row) { return best(row.words) == row.label; });
  return rows.empty() ? 0 : static_cast<double>(right) / static_cast<double>(rows.size());
}

double majority(std::span<const BagRow> train, std::span<const BagRow> dev) {
  std::unordered_map<int64_t, int64_t> counts;
  int64_t most = 0;
  for (const BagRow& row : train)
    if (++counts[row.label] > counts[most] || (counts[row.label] == counts[most] && row.label < most)) most = row.label;
  const auto right = std::ranges::count(dev, most, &BagRow::label);
  return dev.empty() ? 0 : static_cast<double>(right) / static_cast<double>(dev.size());
}

}  // namespace apps::samples
