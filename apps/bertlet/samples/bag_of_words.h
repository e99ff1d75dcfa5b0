#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// What can be known of a text from its words alone, whatever their order: multinomial logistic regression on word
// counts. A model that does no better has not learned to read.
namespace apps::samples {

struct BagRow {
  std::vector<std::string> words;
  int64_t label = 0;
};

// The words of a text, without capitals and accents; of a pair, those of the second text are words of their own.
std::vector<std::string> bag_of(std::string_view text);
std::vector<std::string> bag_of(std::string_view text, std::string_view text_b);

//   const BagOfWords bag(rows, 3);
//   bag.best(bag_of("The fox chased the hen ."));  // 0, 1 or 2
class BagOfWords {
 public:
  BagOfWords(std::span<const BagRow> rows, int64_t labels);

  std::vector<double> probabilities(std::span<const std::string> words) const;  // of each label
  int64_t best(std::span<const std::string> words) const;
  double accuracy(std::span<const BagRow> rows) const;

 private:
  std::vector<int64_t> ids_of(std::span<const std::string> words) const;  // those that are known
  std::vector<double> probabilities_of(std::span<const int64_t> ids) const;
  void descend(std::span<const int64_t> ids, int64_t label);

  std::size_t labels_;
  std::unordered_map<std::string, int64_t> ids_;  // 0 is the bias, which every text has
  std::vector<double> weights_, squares_;         // [words, labels]; squares: sums of squared gradients
};

// How often the label that is most frequent in `train` is right in `dev`.
double majority(std::span<const BagRow> train, std::span<const BagRow> dev);

}  // namespace apps::samples
