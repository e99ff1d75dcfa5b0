#include "bert/metrics/squad.h"

#include <map>

#include "tests/catch.h"
#include "tests/conformance.h"

using namespace bertlet::metrics;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

using Answers = std::vector<std::string>;
using Json = nlohmann::json;

void check(const SquadPart& got, const Json& want, const std::string& prefix) {
  CHECK(got.total == want.at(prefix + "total").get<int64_t>());
  CHECK(got.exact == Approx(want.at(prefix + "exact").get<double>()).epsilon(1e-11));
  CHECK(got.f1 == Approx(want.at(prefix + "f1").get<double>()).epsilon(1e-11));
}

// The gold answers of every question of a file, by id.
std::map<std::string, Answers> gold_answers(const Json& file) {
  std::map<std::string, Answers> gold;
  for (const auto& article : file.at("data"))
    for (const auto& paragraph : article.at("paragraphs"))
      for (const auto& question : paragraph.at("qas")) {
        Answers& answers = gold[question.at("id")];
        for (const auto& answer : question.at("answers")) answers.push_back(answer.at("text"));
      }
  return gold;
}

void check_system(const Json& predictions, const Json& expected, const std::map<std::string, Answers>& gold) {
  std::vector<AnswerScore> scores;
  for (const auto& [id, answers] : gold) {
    const AnswerScore score = answer_score(answers, predictions.at(id).get<std::string>());
    const Json& want = expected.at("per_question").at(id);
    CHECK(std::abs(score.exact - want.at(0).get<double>()) < 1e-9);
    CHECK(std::abs(score.f1 - want.at(1).get<double>()) < 1e-9);
    scores.push_back(score);
  }
  CHECK(scores.size() == 1407);
  const SquadScores all = squad_scores(scores);
  const Json& overall = expected.at("overall");
  check(all.all, overall, "");
  REQUIRE((all.has_answer && all.no_answer));
  check(*all.has_answer, overall, "HasAns_");
  check(*all.no_answer, overall, "NoAns_");
}

}  // namespace

TEST_CASE("Of an answer only its words count") {
  CHECK(normal_answer("The  Cat's\tEARS, a\u00A0tail!") == "cats ears tail");
  CHECK(normal_answer("theatre another") == "theatre another");
  CHECK(normal_answer("a-b") == "ab");
  CHECK(normal_answer("the\u2013end") == "\u2013end");  // a dash that is not ASCII's ends the article
  CHECK(normal_answer("ΑΣ") == "ας");
  CHECK(normal_answer("a\u0301") == "\u0301");  // a sign that combines is no letter
  CHECK(normal_answer("a²") == "a²");           // a number is
  CHECK(normal_answer("The !").empty());
}

TEST_CASE("An answer is compared with the gold one that it is best with") {
  const AnswerScore score = answer_score(Answers{"in the 10th century", "the tenth"}, "10th century");
  CHECK(score.exact == 0);
  CHECK(score.f1 == Approx(0.8));
  CHECK(answer_score(Answers{"Cat."}, "the cat").exact == 1);
  CHECK(answer_score(Answers{"b b c"}, "b b b").f1 == Approx(2. / 3));
  CHECK(answer_score(Answers{"b"}, "").f1 == 0);
}

TEST_CASE("A question without an answer is right when none is given") {
  CHECK(answer_score({}, "").exact == 1);
  CHECK(answer_score({}, "").f1 == 1);
  CHECK(answer_score({}, "something").f1 == 0);
  CHECK(answer_score({}, "the").exact == 1);             // nothing is left of it
  CHECK(answer_score(Answers{"The", "!"}, "").f1 == 1);  // nothing is left of any
  CHECK(answer_score(Answers{"The"}, "").has_answer);
}

TEST_CASE("Scores are in percent, by whether there is an answer") {
  const std::vector<AnswerScore> some = {answer_score(Answers{"x"}, "x"), answer_score(Answers{"x"}, "x y")};
  const SquadScores scores = squad_scores(some);
  CHECK(scores.all.exact == 50);
  CHECK(scores.all.f1 == Approx(100 * (1 + 2. / 3) / 2));
  CHECK(scores.has_answer->total == 2);
  CHECK_FALSE(scores.no_answer);
  CHECK_THROWS_WITH(squad_scores(std::vector<AnswerScore>()), ContainsSubstring("got no question"));
}

TEST_CASE("Answers are withheld above a threshold, and the best one is found") {
  const std::vector<AnswerScore> scores = {answer_score(Answers{"x"}, "x"), answer_score({}, "y"),
                                           answer_score(Answers{"x z"}, "x"), answer_score({}, "")};
  const std::vector<double> no_answer = {0.1, 0.6, 0.3, 0.9};
  CHECK(squad_scores(scores, no_answer, 0.9).all.exact == 50);
  CHECK(squad_scores(scores, no_answer, 0.5).all.exact == 75);
  CHECK(squad_scores(scores, no_answer, 0).all.exact == 50);
  // Nothing answered: 2 right. Down to 0.1: 3. Down to 0.3: exactly right 3, by F1 3 2/3. Down to 0.6: one less.
  CHECK(best_exact(scores, no_answer).result == 75);
  CHECK(best_exact(scores, no_answer).threshold == 0.1);
  CHECK(best_f1(scores, no_answer).result == Approx(100 * (3 + 2. / 3) / 4));
  CHECK(best_f1(scores, no_answer).threshold == 0.3);
  CHECK(squad_scores(scores, no_answer, 0.3).all.f1 == Approx(best_f1(scores, no_answer).result));
  CHECK_THROWS_WITH(best_f1(scores, std::vector<double>{1}), ContainsSubstring("got 1 scores for no answer"));
}

TEST_CASE("Where no threshold is better than to answer nothing it is 0") {
  const std::vector<AnswerScore> wrong = {answer_score(Answers{"x"}, "y"), answer_score({}, "z")};
  CHECK(best_exact(wrong, std::vector<double>{0.2, 0.4}).threshold == 0);
  CHECK(best_exact(wrong, std::vector<double>{0.2, 0.4}).result == 50);
}

TEST_CASE("Published scores of answers hold", "[conformance]") {
  const auto file = conformance_file("metrics.json");
  if (!file) return;
  std::vector<AnswerScore> scores;
  for (const auto& c : file->at("squad").at("examples")) {
    scores.push_back(answer_score(c.at("gold").get<Answers>(), c.at("pred").get<std::string>()));
    CHECK(100 * scores.back().exact == c.at("em").get<double>());
    CHECK(100 * scores.back().f1 == c.at("f1").get<double>());
  }
  REQUIRE(scores.size() == 3);
  const std::vector<AnswerScore> three = {scores[0], scores[1], scores[0]};  // two of three are right
  CHECK(squad_scores(three).all.exact == Approx(file->at("squad").at("three_question_average").get<double>()));
}

TEST_CASE("The official script's scores of two systems hold for every question", "[conformance]") {
  const auto data = conformance_file("squad2_subset/dev_v2_5articles.json");
  const auto expected = conformance_file("squad2_subset/expected_scores.json");
  if (!data || !expected) return;
  const auto gold = gold_answers(*data);
  for (const std::string system : {"bert_single_google", "nlnet_single_msra"}) {
    CAPTURE(system);
    const auto predictions = conformance_file("squad2_subset/pred_" + system + ".json");
    if (predictions) check_system(*predictions, expected->at("expected").at(system), gold);
  }
}
