#include "bert/data/mask.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

using Unit = std::vector<int64_t>;  // positions that are hidden together or not at all

// As Google's script has it, a piece that continues a word belongs to the last token before it that is not special,
// even where truncation left it without its beginning.
std::vector<Unit> units_of(const Instance& instance, const MaskOptions& options, const Pieces& pieces) {
  std::vector<Unit> units;
  for (int64_t i = 0; i < instance.size(); ++i) {
    const int64_t id = instance.ids[to_size(i)];
    if (id == pieces.cls || id == pieces.sep) continue;
    const bool joins = options.unit != MaskUnit::token && pieces.continues[to_size(id)];
    if (joins && !units.empty())
      units.back().push_back(i);
    else
      units.push_back({i});
  }
  return units;
}

// n with a chance proportional to 1/n.
int64_t draw_length(int64_t longest, Random& random) {
  double all = 0;
  for (int64_t n = 1; n <= longest; ++n) all += 1 / static_cast<double>(n);
  double left = random.uniform() * all;
  int64_t n = 1;
  for (; n < longest && left >= 1 / static_cast<double>(n); ++n) left -= 1 / static_cast<double>(n);
  return n;
}

class Masker {
 public:
  Masker(Instance& instance, const MaskOptions& options, const Pieces& pieces, Random& random)
      : instance_(instance),
        options_(options),
        pieces_(pieces),
        random_(random),
        units_(units_of(instance, options, pieces)),
        taken_(units_.size()),
        wanted_(std::min(options.most,
                         std::max<int64_t>(1, std::llrint(static_cast<double>(instance.size()) * options.rate)))) {}

  void run() {
    std::vector<std::size_t> order(units_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random_.shuffle(order);
    for (const std::size_t unit : order) {
      if (room() <= 0) break;
      hide_from(unit);
    }
    std::ranges::sort(instance_.hidden, {}, &Hidden::position);
  }

 private:
  int64_t room() const { return wanted_ - std::ssize(instance_.hidden); }

  // The unit, or as much of an n-gram that begins with it as there is room for.
  void hide_from(std::size_t first) {
    const int64_t n = options_.unit == MaskUnit::n_gram ? draw_length(options_.longest_n_gram, random_) : 1;
    for (std::size_t i = first; i < first + to_size(n) && i < units_.size(); ++i) {
      if (taken_[i] || std::ssize(units_[i]) > room() || (i > first && !is_beside(i))) return;
      taken_[i] = true;
      for (const int64_t position : units_[i]) hide(position);
    }
  }

  bool is_beside(std::size_t unit) const { return units_[unit - 1].back() + 1 == units_[unit].front(); }

  void hide(int64_t position) {
    int64_t& id = instance_.ids[to_size(position)];
    instance_.hidden.push_back({position, id});
    if (random_.chance(options_.masked))
      id = pieces_.mask;
    else if (!random_.chance(options_.kept / (options_.kept + options_.random)))
      id = random_.below(pieces_.size);
  }

  Instance& instance_;
  const MaskOptions& options_;
  const Pieces& pieces_;
  Random& random_;
  const std::vector<Unit> units_;
  std::vector<bool> taken_;
  const int64_t wanted_;
};

}  // namespace

void MaskOptions::visit(const options::Visitor& f) {
  f({"unit",
     options::word(&unit, {"token", "word", "n-gram"}),
     "What is hidden together",
     {.values = {"token", "word", "n-gram"}}});
  f({"mask-rate", &rate, "Of tokens that are hidden", {.most = 1}});
  f({"most-masked", &most, "At most so many in an instance"});
  f({"replaced", &masked, "Of hidden tokens that become [MASK]", {.most = 1}});
  f({"random", &random, "Of hidden tokens that become any other", {.most = 1}});
  f({"kept", &kept, "Of hidden tokens that stay; the three add up to 1", {.most = 1}});
  f({"longest-n-gram", &longest_n_gram, "Words that are hidden together with --unit n-gram"});
}

void check(const MaskOptions& options) {
  const auto& [rate, most, masked, random, kept, unit, longest] = options;
  require(rate > 0 && rate <= 1 && most > 0, "masking: got rate {} and at most {}, want 0 < rate <= 1 and at least 1",
          rate, most);
  require(masked >= 0 && random >= 0 && kept >= 0 && std::abs(masked + random + kept - 1) < 1e-6,
          "masking: got {} masked, {} random and {} kept, want shares that add up to 1", masked, random, kept);
  require(longest > 0, "masking: got n-grams of at most {} words, want at least 1", longest);
}

void hide_tokens(Instance& instance, const MaskOptions& options, const Pieces& pieces, Random& random) {
  check(options);
  Masker(instance, options, pieces, random).run();
}

}  // namespace bertlet::data
