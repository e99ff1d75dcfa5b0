#include "bert/tasks/questions/answers.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/text/tokenizers.h"

using namespace bertlet::tasks;
using bertlet::real;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

using Logits = std::vector<real>;
using Columns = std::vector<int64_t>;

constexpr real low = -9;

// One question, "b?", about a passage, in windows as small as asked for.
struct Targets {
  explicit Targets(const std::string& passage, int64_t max_length = 20)
      : tokenizer(toy({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", "a", "b", "c", "d", "##b", "##c"})),
        squad{.passages = {passage}, .questions = {{.id = "1", .text = "b?"}}},
        windows(squad, tokenizer, {.max_length = max_length, .stride = 2}, Use::predicting) {
    for (const Window& window : windows.all()) {
      begin.emplace_back(window.length(), low);
      end.emplace_back(window.length(), low);
    }
  }

  Answered answer(const AnswerOptions& options = {}) const {
    std::vector<WindowScores> scores;
    for (std::size_t i = 0; i < begin.size(); ++i) scores.push_back({begin[i], end[i]});
    return bertlet::tasks::answer(windows, 0, scores, options);
  }

  text::Tokenizer tokenizer;
  Squad squad;
  SquadWindows windows;
  std::vector<Logits> begin, end;  // by window
};

// Columns of the first window: [CLS] b ? [SEP] and then the passage.
constexpr std::size_t first = 4;

}  // namespace

TEST_CASE("The answer is what begins and ends with the highest scores, as it stands in the passage") {
  Targets asked("Bc  A. d");
  CHECK(names(asked.tokenizer, asked.windows.ids(asked.windows.all()[0])) ==
        Strings{"[CLS]", "b", "?", "[SEP]", "b", "##c", "a", ".", "d", "[SEP]"});
  asked.begin[0][first] = 3;
  asked.end[0][first + 2] = 2;
  const Answered answered = asked.answer();
  CHECK(answered.text == "Bc  A");
  CHECK(answered.none == -18 - 5);
  CHECK(answered.candidates[0].text == "Bc  A");
  CHECK(answered.candidates[0].score() == 5);
  CHECK(asked.answer({.rules = text::Rules::google}).text == "Bc A");
}

TEST_CASE("Google's rules give whole words where a piece is not found in them") {
  Targets asked("abc d");
  asked.begin[0][first + 1] = asked.end[0][first + 1] = 5;  // ##b
  CHECK(asked.answer().text == "b");
  CHECK(asked.answer({.rules = text::Rules::google}).text == "b");
  Targets accents("ａb\u0301c d");  // a wide letter, unknown; and an accent that is lost
  accents.begin[0][first] = accents.end[0][first] = 5;
  CHECK(accents.answer({.rules = text::Rules::google}).text == "ａb\u0301c");
}

TEST_CASE("No answer is given where that scores higher by more than the threshold") {
  Targets asked("a d");
  asked.begin[0][first] = asked.end[0][first] = 1;
  asked.begin[0][0] = asked.end[0][0] = 2;
  CHECK(asked.answer().none == 2);
  CHECK(asked.answer().text.empty());
  CHECK(asked.answer().candidates[0].text.empty());
  CHECK(asked.answer({.none_threshold = 2}).text == "a");
  const Answered certain = asked.answer({.may_have_none = false});
  CHECK(certain.text == "a");
  for (const Candidate& candidate : certain.candidates) CHECK_FALSE(candidate.text.empty());
}

TEST_CASE("An answer begins before it ends, in the text, and is not too long") {
  Targets asked("a b c d");
  asked.begin[0][first + 2] = 5;
  asked.end[0][first] = 6;  // before the beginning
  asked.end[0][1] = 9;      // in the question
  asked.end[0].back() = 9;  // [SEP]
  asked.end[0][first + 3] = 1;
  CHECK(asked.answer().text == "c d");
  CHECK(asked.answer({.longest = 1}).candidates[0].text == "a");  // −9 + 6, before c with 5 − 9
}

TEST_CASE("Windows are compared, and a token counts where it has most around it") {
  Targets asked("a b c d a", 9);  // four tokens of the passage: a b c d, c d a
  REQUIRE(asked.windows.all().size() == 2);
  asked.begin[0][first + 3] = 30;                           // d at the end of the first: does not count
  asked.begin[1][first + 1] = asked.end[1][first + 1] = 1;  // d in the second
  asked.begin[0][first + 1] = asked.end[0][first + 1] = 0;
  asked.begin[0][0] = asked.end[0][0] = 7;
  asked.begin[1][0] = asked.end[1][0] = -1;
  const Answered answered = asked.answer();
  CHECK(answered.text == "d");
  CHECK(answered.none == -2 - 2);  // the least of the windows
  CHECK(answered.candidates[0].score() == 2);
  CHECK(answered.candidates[1].text == "b");
}

TEST_CASE("Candidates say different things, and their probabilities add up to 1") {
  Targets asked("a d a");
  asked.begin[0][first] = asked.end[0][first] = 2;
  asked.begin[0][first + 2] = asked.end[0][first + 2] = 1;  // the same word
  const Answered answered = asked.answer({.n_best = 2});
  REQUIRE(answered.candidates.size() == 3);  // and none
  CHECK(answered.candidates[0].text == "a");
  CHECK(answered.candidates[1].text == "a d a");
  double sum = 0;
  for (const Candidate& candidate : answered.candidates) sum += candidate.probability;
  CHECK(sum == Approx(1));
}

TEST_CASE("Where nothing can be said there is no answer") {
  const Targets empty("");
  CHECK(empty.answer().text.empty());
  CHECK(std::isinf(empty.answer().none));
  CHECK(empty.answer().candidates.empty());
  Targets asked("a d");
  CHECK(asked.answer({.n_best = 0}).text.empty());
  CHECK(asked.answer({.n_best = 0}).candidates.size() == 1);
  for (auto* scores : {&asked.begin[0], &asked.end[0]}) scores->assign(scores->size(), std::nanf(""));
  CHECK_NOTHROW(asked.answer());
  asked.begin[0].resize(3);
  CHECK_THROWS_WITH(asked.answer(), ContainsSubstring("got 3 and 7 scores for a window of 7 columns"));
  asked.begin.clear();
  CHECK_THROWS_WITH(asked.answer(), ContainsSubstring("got scores of 0 windows, want those of the question's 1"));
}

TEST_CASE("What Google's helpers give holds", "[conformance]") {
  const auto file = conformance_file("generated_google/squad_postprocess_helpers.json");
  if (!file) return;
  for (const auto& c : file->at("cases")) {
    CAPTURE(c);
    const text::CharacterTable characters(google(c.at("do_lower_case")));
    CHECK(original_text(c.at("pred_text").get<std::string>(), c.at("orig_text").get<std::string>(), characters) ==
          c.at("final").get<std::string>());
  }
  for (const auto& c : file->at("_compute_softmax")) {
    const auto want = c.at("out").get<std::vector<double>>();
    const auto got = softmax(c.at("in").get<std::vector<double>>());
    REQUIRE(got.size() == want.size());
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(want[i]));
  }
  for (const auto& c : file->at("_get_best_indexes"))
    CHECK(best_places(c.at("logits").get<Logits>(), c.at("n")) == c.at("out").get<Columns>());
}
