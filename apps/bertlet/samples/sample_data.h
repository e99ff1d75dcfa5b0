#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Small data for every task, so that each can be tried at once.
//
//   const SampleData made = write_sample_data("classify", "/tmp/classify");
//   fmt::print("{}", text_of(made));
namespace apps::samples {

struct SampleDataOptions {
  int64_t rows = 4000;  // for training; an eighth of that each for development and test
  std::uint64_t seed = 1;
};

struct SampleData {
  std::vector<std::filesystem::path> files = {};
  int64_t train = 0, dev = 0, test = 0;  // rows, none of them twice
  std::optional<double> majority = {},
                        bag_of_words = {};  // how many rows of dev these get right; nothing: they make no sense
};

// classify, pair, multilabel, regress, ner, qa, choice, siamese, next-sentence, distill and mlm.
std::vector<std::string_view> sample_tasks();

SampleData write_sample_data(std::string_view task, const std::filesystem::path& folder,
                             const SampleDataOptions& options = {});

std::string text_of(const SampleData& data);

}  // namespace apps::samples
