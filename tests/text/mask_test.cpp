#include "bert/data/mask.h"

#include <map>
#include <set>

#include "core/real.h"
#include "tests/catch.h"
#include "tests/text/tokenizers.h"

namespace data = bertlet::data;

namespace {

const Strings vocabulary = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "c", "d"};
constexpr int64_t cls = 2, sep = 3, mask_id = 4, a = 5, b = 6, c = 7;

// [CLS], as many tokens as asked for, [SEP]; every third one goes on with the word before it: a ##b c a ##b c …
data::Instance instance_of(int64_t tokens) {
  data::Instance instance{.ids = {cls}, .second = tokens + 2};
  for (int64_t i = 0; i < tokens; ++i) instance.ids.push_back(i % 3 == 0 ? a : i % 3 == 1 ? b : c);
  instance.ids.push_back(sep);
  return instance;
}

data::Instance masked(int64_t tokens, const data::MaskOptions& options, std::uint64_t seed = 1) {
  static const data::Pieces pieces(toy(vocabulary));
  data::Instance instance = instance_of(tokens);
  data::Random random({.seed = seed});
  data::hide_tokens(instance, options, pieces, random);
  return instance;
}

std::set<int64_t> places(const data::Instance& instance) {
  std::set<int64_t> places;
  for (const data::Hidden& hidden : instance.hidden) places.insert(hidden.position);
  return places;
}

}  // namespace

TEST_CASE("So many tokens are hidden as the rate says, at least one and not more than the cap") {
  CHECK(masked(98, {}).hidden.size() == 15);
  CHECK(masked(28, {}).hidden.size() == 4);  // 4.5 goes to the even number, as in Python
  CHECK(masked(498, {}).hidden.size() == 20);
  CHECK(masked(1, {.rate = 0.01}).hidden.size() == 1);
  CHECK(masked(9, {.rate = 1}).hidden.size() == 9);
}

TEST_CASE("What is hidden is told, by position, and special tokens are not hidden") {
  const data::Instance before = instance_of(60), after = masked(60, {.rate = 0.5, .most = 100});
  std::vector<int64_t> restored = after.ids;
  int64_t last = 0;
  for (const auto& [position, id] : after.hidden) {
    CHECK(position > last);
    last = position;
    restored[bertlet::to_size(position)] = id;
  }
  CHECK(last < 61);
  CHECK(restored == before.ids);
}

TEST_CASE("Hidden tokens are masked, random or kept at their rates") {
  const auto shares = [](const data::MaskOptions& options) {
    int masks = 0, kept = 0, others = 0;
    const data::Instance instance = masked(30'000, options);
    for (const auto& [position, id] : instance.hidden) {
      const int64_t now = instance.ids[bertlet::to_size(position)];
      ++(now == mask_id ? masks : now == id ? kept : others);
    }
    const double all = static_cast<double>(instance.hidden.size()) / 100;
    return std::array{masks / all, kept / all, others / all};
  };
  const data::MaskOptions options{.rate = 0.9, .most = 100'000};
  const auto google = shares(options);  // a random token is [MASK] or the same one time in nine
  CHECK(google[0] == Approx(80 + 10. / 9).margin(1));
  CHECK(google[1] == Approx(10 + 10. / 9).margin(1));
  CHECK(google[2] == Approx(70. / 9).margin(1));
  auto [rate, most, hide, random, keep, unit, longest] = options;
  CHECK(shares({rate, most, 1, 0, 0, unit, longest})[0] == 100);
  CHECK(shares({rate, most, 0, 0, 1, unit, longest})[1] == 100);
  CHECK(shares({rate, most, 0, 1, 0, unit, longest})[2] == Approx(700. / 9).margin(1));
}

TEST_CASE("Words are hidden whole") {
  for (const data::MaskUnit unit : {data::MaskUnit::word, data::MaskUnit::n_gram})
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const std::set<int64_t> hidden = places(masked(60, {.unit = unit}, seed));
      CHECK(hidden.size() >= 8);  // of 9, where a word of two did not fit any more
      CHECK(hidden.size() <= 9);
      for (int64_t position = 1; position < 60; position += 3)
        CHECK(hidden.contains(position) == hidden.contains(position + 1));
    }
}

TEST_CASE("N-grams hide words in a row, and no more words than there may be") {
  const auto neighbours = [](data::MaskUnit unit) {  // pairs of words that are both hidden
    int64_t pairs = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const std::set<int64_t> hidden = places(masked(300, {.rate = 0.05, .unit = unit}, seed));
      for (const int64_t position : hidden)
        if (position % 3 != 1 && hidden.contains(position + 1)) ++pairs;
    }
    return pairs;
  };
  CHECK(neighbours(data::MaskUnit::n_gram) > 3 * neighbours(data::MaskUnit::word));
}

TEST_CASE("Rates that make no sense are refused") {
  CHECK_THROWS_WITH(data::check({.rate = 0}), Catch::Matchers::ContainsSubstring("got rate 0"));
  CHECK_THROWS_WITH(data::check({.most = 0}), Catch::Matchers::ContainsSubstring("at most 0"));
  CHECK_THROWS_WITH(data::check({.masked = 0.9}), Catch::Matchers::ContainsSubstring("want shares that add up to 1"));
  CHECK_THROWS_WITH(data::check({.longest_n_gram = 0}), Catch::Matchers::ContainsSubstring("n-grams of at most 0"));
}
