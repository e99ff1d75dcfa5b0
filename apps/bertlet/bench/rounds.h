#pragma once
#include <functional>

#include "apps/bertlet/command.h"
#include "bert/heads/network.h"

// What the measurements of a model share: how large it and its batch are, how often it runs, what is said of it.
namespace apps {

constexpr int64_t first_word = 5;  // ids below are special tokens

struct RoundsOptions {
  CommonOptions common;
  std::string config = "base", lengths = "full";
  int64_t batch = 8, length = 128, vocab_size = 30522;
  int steps = 5;
  bool turns = false, profile = false;

  void visit(const options::Visitor& f);
};

bertlet::bert::Config config_of(const RoundsOptions& options);

// Random words, and segments that change in the middle.
std::vector<bertlet::bert::Sequence> sequences_of(const RoundsOptions& options);

double peak_rss_mb();  // the most memory that this process had so far

// Runs three times unmeasured, then as often as asked, and prints the median; with --profile, where the time went.
int measure_rounds(const RoundsOptions& options, int64_t rows, const std::function<void()>& round);

}  // namespace apps
