#include <algorithm>

#include "bert/data/examples.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::data;

namespace {

constexpr int64_t cls = 1, sep = 2, mask = 3, vocab_size = 1000;

// [CLS] 10 11 12 … [SEP], `words` of them, with the given type.
text::Encoding sentence(int64_t words) {
  text::Encoding encoding;
  const auto add = [&](int64_t id, bool special) {
    encoding.ids.push_back(id);
    encoding.types.push_back(0);
    encoding.special.push_back(special);
  };
  add(cls, true);
  for (int64_t i = 0; i < words; ++i) add(10 + i, false);
  add(sep, true);
  return encoding;
}

Masking masking() { return {.mask_id = mask, .vocab_size = vocab_size}; }

}  // namespace

TEST_CASE("15 % of the tokens are asked for, at least one and at most as many as is said", "[data]") {
  struct Line {
    int64_t words, most, gaps;
  };
  for (const auto& [words, most, gaps] : std::vector<Line>{{1, 20, 1},     // of 3 tokens
                                                           {8, 20, 2},     // 1.5 of 10
                                                           {28, 20, 4},    // 4.5 of 30: rounded to even, as Python does
                                                           {48, 20, 8},    // 7.5 of 50
                                                           {48, 5, 5},     // of 50
                                                           {198, 20, 20},  // 30 of 200
                                                           {0, 20, 0}}) {  // no word to ask for
    text::Encoding encoding = sentence(words);
    Masking some = masking();
    some.most = most;
    INFO(words << " words, at most " << most);
    CHECK(std::ssize(mask_words(encoding, some, {.seed = 1})) == gaps);
  }
}

TEST_CASE("gaps say what stood where, in order, and nothing else changes", "[data]") {
  const text::Encoding before = sentence(98);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    text::Encoding after = before;
    const std::vector<Gap> gaps = mask_words(after, masking(), {.seed = seed});
    CHECK(std::ranges::is_sorted(gaps, std::ranges::less_equal(), &Gap::position));
    for (const Gap& gap : gaps) {
      const auto position = static_cast<std::size_t>(gap.position);
      CHECK_FALSE(before.special[position]);
      CHECK(gap.word == before.ids[position]);
      after.ids[position] = gap.word;
    }
    CHECK(after.ids == before.ids);
  }
}

TEST_CASE("of ten words asked for eight are masked, one is replaced and one stays", "[data]") {
  double masked = 0, kept = 0, all = 0;
  std::vector<int> chosen(100);
  for (std::uint64_t step = 0; step < 2000; ++step) {
    text::Encoding encoding = sentence(98);
    for (const Gap& gap : mask_words(encoding, masking(), {.seed = 3, .step = step})) {
      const int64_t now = encoding.ids[static_cast<std::size_t>(gap.position)];
      ++all;
      masked += now == mask;
      kept += now == gap.word;
      ++chosen[static_cast<std::size_t>(gap.position)];
    }
  }
  CHECK(all == 2000 * 15);
  CHECK(masked / all == Approx(0.8).margin(0.01));  // four deviations
  CHECK(kept / all == Approx(0.1).margin(0.008));
  const auto [least, most] = std::minmax_element(chosen.begin() + 1, chosen.end() - 1);
  CHECK(*least > 220);  // 306 at each place, with a deviation of 16
  CHECK(*most < 390);
}

TEST_CASE("the same random numbers hide the same words", "[data]") {
  text::Encoding a = sentence(40), b = sentence(40), c = sentence(40);
  mask_words(a, masking(), {.seed = 5, .step = 7});
  mask_words(b, masking(), {.seed = 5, .step = 7});
  mask_words(c, masking(), {.seed = 5, .step = 8});
  CHECK(a.ids == b.ids);
  CHECK(a.ids != c.ids);
}

TEST_CASE("masking without a vocabulary is refused", "[data]") {
  text::Encoding encoding = sentence(4);
  CHECK_THROWS_WITH(mask_words(encoding, {}, {}), "masking: got a vocabulary of 0 tokens, want some");
}

TEST_CASE("examples become a batch whose rows are tokens and whose labels are words", "[data]") {
  Example first{.encoding = sentence(3), .gaps = {{2, 11}}, .follows = true};
  first.encoding.ids[2] = mask;
  first.encoding.types = {0, 0, 0, 1, 1};
  const Example second{.encoding = sentence(1), .gaps = {{1, 10}}, .follows = false};
  const Examples batch = assemble(std::vector<Example>{first, second});
  CHECK(batch.inputs.ids == std::vector<int64_t>{cls, 10, mask, 12, sep, cls, 10, sep});
  CHECK(batch.inputs.token_types == std::vector<int64_t>{0, 0, 0, 1, 1, 0, 0, 0});
  CHECK(batch.inputs.positions == std::vector<int64_t>{0, 1, 2, 3, 4, 0, 1, 2});
  CHECK(batch.inputs.spans == Spans{5, 3});
  CHECK(batch.labels.words == std::vector<int64_t>{-100, -100, 11, -100, -100, -100, 10, -100, -100, -100});
  CHECK(batch.labels.next == std::vector<int64_t>{0, 1});
}
