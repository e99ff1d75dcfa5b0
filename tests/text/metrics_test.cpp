#include <cmath>
#include <limits>

#include "bert/metrics/bootstrap.h"
#include "bert/metrics/classification.h"
#include "bert/metrics/correlation.h"
#include "bert/metrics/measure.h"
#include "tests/bits.h"
#include "tests/catch.h"
#include "tests/conformance.h"

using namespace bertlet::metrics;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

using Labels = std::vector<int64_t>;
using Values = std::vector<double>;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const Scores& got, const Values& want) {
  CHECK(got.precision == Approx(want[0]));
  CHECK(got.recall == Approx(want[1]));
  CHECK(got.f1 == Approx(want[2]));
  CHECK(got.support == want[3]);
}

// Of three cats two were seen as cats; one of two dogs was; the bird was taken for a dog.
const Labels gold = {0, 0, 0, 1, 1, 2}, predicted = {0, 0, 1, 1, 0, 1};

}  // namespace

TEST_CASE("A confusion matrix counts what was taken for what") {
  const Confusion confusion(gold, predicted, 3);
  CHECK(confusion(0, 0) == 2);
  CHECK(confusion(0, 1) == 1);
  CHECK(confusion(1, 0) == 1);
  CHECK(confusion(2, 1) == 1);
  CHECK(confusion(2, 2) == 0);
  CHECK(accuracy(confusion) == 0.5);
  CHECK(majority_baseline(confusion) == 0.5);
  CHECK(accuracy(Confusion(gold, predicted, 3, Values{1, 1, 0, 1, 0, 0})) == 1);
}

TEST_CASE("Precision, recall and F1, by class and averaged") {
  const std::vector<Counts> labels = label_counts(Confusion(gold, predicted, 3));
  check(scores(labels[0]), {2. / 3, 2. / 3, 2. / 3, 3});
  check(scores(labels[1]), {1. / 3, 1. / 2, 2. / 5, 2});
  check(scores(labels[2]), {0, 0, 0, 1});
  const Averages means = averages(labels);
  check(means.micro, {0.5, 0.5, 0.5, 6});
  check(means.macro, {1. / 3, 7. / 18, 16. / 45, 6});
  check(means.weighted, {4. / 9, 1. / 2, 7. / 15, 6});
}

TEST_CASE("A class that does not occur has no part in an average") {
  const Averages three = averages(label_counts(Confusion(gold, predicted, 3)));
  const Averages nine = averages(label_counts(Confusion(gold, predicted, 9)));
  CHECK(nine.macro.f1 == three.macro.f1);
  CHECK(nine.weighted.f1 == three.weighted.f1);
}

TEST_CASE("Matthews' correlation") {
  CHECK(matthews(Confusion(Labels{0, 1, 2}, Labels{0, 1, 2}, 3)) == Approx(1));
  CHECK(matthews(Confusion(Labels{0, 1}, Labels{1, 0}, 2)) == Approx(-1));
  // 2 true and 1 false positives, 1 true and 1 false negative: (2 · 1 − 1 · 1) / √(3 · 3 · 2 · 2)
  CHECK(matthews(Confusion(Labels{1, 1, 1, 0, 0}, Labels{1, 1, 0, 0, 1}, 2)) == Approx(1. / 6));
}

TEST_CASE("What is 0 / 0 in a classification is 0") {
  CHECK(ratio(0, 0) == 0);
  check(scores({}), {0, 0, 0, 0});
  CHECK(matthews(Confusion(Labels{0, 1}, Labels{1, 1}, 2)) == 0);
  CHECK(matthews(Confusion(Labels{1, 1}, Labels{0, 1}, 2)) == 0);
  CHECK(accuracy(Confusion(Labels{0, 1}, Labels{0, 1}, 2, Values{0, 0})) == 0);
  check(averages({}).macro, {0, 0, 0, 0});
}

TEST_CASE("The table of scores and the matrix are text") {
  const std::vector<std::string> names = {"cat", "Hündin", "bird"};
  const Confusion confusion(gold, predicted, 3);
  CHECK(matrix_text(confusion, names) ==
        "gold       cat  Hündin    bird\n"
        "cat          2       1       0\n"
        "Hündin       1       1       0\n"
        "bird         0       1       0\n");
  CHECK(scores_text(confusion, names) ==
        "          precision  recall      F1  support\n"
        "cat          0.6667  0.6667  0.6667        3\n"
        "Hündin       0.3333  0.5000  0.4000        2\n"
        "bird         0.0000  0.0000  0.0000        1\n"
        "\n"
        "micro        0.5000  0.5000  0.5000        6\n"
        "macro        0.3333  0.3889  0.3556        6\n"
        "weighted     0.4444  0.5000  0.4667        6\n");
}

TEST_CASE("Classes that make no sense are refused") {
  CHECK_THROWS_WITH(Confusion(Labels{0, 3}, Labels{0, 1}, 3), ContainsSubstring("got class 3, want 0 to 2"));
  CHECK_THROWS_WITH(Confusion(Labels{0, 1}, Labels{0, -1}, 3), ContainsSubstring("got class -1"));
  CHECK_THROWS_WITH(Confusion(Labels{0}, Labels{0, 1}, 3), ContainsSubstring("got 1 gold and 2 predicted"));
  CHECK_THROWS_WITH(Confusion(Labels{}, Labels{}, 3), ContainsSubstring("at least one"));
  CHECK_THROWS_WITH(Confusion(gold, predicted, 3, Values{1}), ContainsSubstring("got 1 weights, want 6"));
  CHECK_THROWS_WITH(scores_text(Confusion(gold, predicted, 3), std::vector<std::string>{"a"}),
                    ContainsSubstring("got 1 names"));
}

TEST_CASE("Several labels at once") {
  // examples:       a b c   a b c   a b c
  const Labels want{1, 0, 1, 0, 1, 0, 0, 0, 0}, got{1, 0, 0, 0, 1, 0, 1, 0, 0};
  const Multilabel result = multilabel(want, got, 3);
  CHECK(result.subset_accuracy == Approx(1. / 3));
  CHECK(result.hamming_loss == Approx(2. / 9));
  check(scores(result.counts[0]), {1. / 2, 1, 2. / 3, 1});
  check(scores(result.counts[2]), {0, 0, 0, 1});
  check(averages(result.counts).micro, {2. / 3, 2. / 3, 2. / 3, 3});
  CHECK(averages(result.counts).macro.f1 == Approx(5. / 9));
  CHECK(averages(multilabel(Labels{0, 0}, Labels{0, 0}, 2).counts).macro.f1 == 0);
  CHECK_THROWS_WITH(multilabel(Labels{0, 2}, Labels{0, 1}, 2), ContainsSubstring("got 2, want 0 or 1"));
  CHECK_THROWS_WITH(multilabel(Labels{0, 1}, Labels{0, -1}, 2), ContainsSubstring("got -1, want 0 or 1"));
  CHECK_THROWS_WITH(multilabel(Labels{0, 1, 1}, Labels{0, 1, 1}, 2), ContainsSubstring("want [examples, 2]"));
}

TEST_CASE("Errors and correlations of numbers") {
  const Values x{1, 2, 3, 4}, y{2, 1, 4, 3};
  CHECK(mean_squared_error(x, y) == 1);
  CHECK(mean_absolute_error(x, Values{1, 2, 3, 6}) == 0.5);
  CHECK(pearson(x, y) == Approx(0.6));
  CHECK(spearman(x, Values{1, 10, 100, 1000}) == Approx(1));
  CHECK(pearson(x, Values{1, 10, 100, 1000}) < 0.9);
  CHECK(pearson(Values{1e200, 2e200, 4e200}, Values{1e-200, 2e-200, 4e-200}) == Approx(1));
}

TEST_CASE("Equal values share the mean of their ranks") {
  CHECK(ranks(Values{30, 10, 20, 10}) == Values{4, 1.5, 3, 1.5});
  CHECK(ranks(Values{7, 7, 7}) == Values{2, 2, 2});
  CHECK(spearman(Values{1, 2, 2, 3}, Values{1, 2, 3, 3}) == Approx(5. / 6));  // 3.75 / √(4.5 · 4.5)
}

TEST_CASE("A constant series correlates with nothing, and NaN stays NaN") {
  CHECK(pearson(Values{0.1, 0.1, 0.1}, Values{1, 2, 4}) == 0);
  CHECK(spearman(Values{1, 2, 4}, Values{0.1, 0.1, 0.1}) == 0);
  CHECK(pearson(Values{1}, Values{2}) == 0);
  CHECK(std::isnan(pearson(Values{1, not_a_number}, Values{1, 2})));
  CHECK(std::isnan(spearman(Values{not_a_number, not_a_number}, Values{1, 2})));
  CHECK(std::isnan(mean_squared_error(Values{1, not_a_number}, Values{1, 2})));
  CHECK_THROWS_WITH(pearson(Values{}, Values{}), ContainsSubstring("pearson: got 0 and 0 numbers"));
  CHECK_THROWS_WITH(ranks(Values{not_a_number}), ContainsSubstring("got NaN"));
}

TEST_CASE("The area under the ROC curve is the share of pairs in the right order") {
  CHECK(roc_auc(Labels{0, 0, 1, 1}, Values{0.1, 0.4, 0.35, 0.8}) == 0.75);
  CHECK(roc_auc(Labels{0, 1}, Values{0.5, 0.5}) == 0.5);
  CHECK(roc_auc(Labels{0, 1, 1}, Values{0.5, 0.5, 1}) == 0.75);
  CHECK(roc_auc(Labels{1, 0}, Values{0, 1}) == 0);
}

TEST_CASE("For several classes the area is the mean of one against the rest") {
  const Values rows{0.8, 0.1, 0.1,  //
                    0.3, 0.4, 0.3,  //
                    0.4, 0.2, 0.4,  //
                    0.2, 0.5, 0.3};
  // Class 0 against the rest: 3 of 3 pairs. Class 1: the two of 1 against 0.1, 0.2: 4 of 4. Class 2: 3 of 3.
  CHECK(roc_auc(Labels{0, 1, 2, 1}, rows, 3) == 1);
  // Without class 2: class 0 is at 0.8, 0.4 against 0.3, 0.2, class 1 the other way round.
  CHECK(roc_auc(Labels{0, 1, 0, 1}, rows, 3) == 1);
  CHECK(roc_auc(Labels{1, 0, 1, 0}, rows, 3) == 0);
}

TEST_CASE("With one class only the area is a coin's, and NaN stays NaN") {
  CHECK(roc_auc(Labels{1, 1}, Values{0.1, 0.2}) == 0.5);
  CHECK(roc_auc(Labels{0, 0}, Values{0.1, 0.2, 0.3, 0.4}, 2) == 0.5);
  CHECK(std::isnan(roc_auc(Labels{0, 1}, Values{not_a_number, 1})));
  CHECK(std::isnan(roc_auc(Labels{0, 1}, Values{0, 1, not_a_number, 1}, 2)));
  CHECK_THROWS_WITH(roc_auc(Labels{0, 2}, Values{0, 1}), ContainsSubstring("got class 2, want 0 or 1"));
  CHECK_THROWS_WITH(roc_auc(Labels{0, 1}, Values{0, 1}, 2), ContainsSubstring("2 examples and 2 scores"));
}

TEST_CASE("Perplexity is the exponential of the mean loss") {
  CHECK(perplexity(3 * std::log(7.), 3) == Approx(7));
  CHECK(perplexity(0, 0) == 1);
  CHECK(std::isinf(perplexity(1e6, 1)));
  CHECK(bits_per_byte(16 * std::log(2.), 8) == Approx(2));
  CHECK(bits_per_byte(0, 0) == 0);
}

TEST_CASE("A bootstrap tells how far a share can be trusted") {
  const auto share = [](Chosen examples) {  // of examples that are right: the first 300 of 400
    double right = 0;
    for (const int64_t example : examples) right += example < 300 ? 1 : 0;
    return right / static_cast<double>(examples.size());
  };
  const Interval interval = bootstrap(400, share);
  const double deviation = std::sqrt(0.75 * 0.25 / 400);  // of the binomial distribution
  CHECK(interval.low == Approx(0.75 - 1.96 * deviation).margin(0.005));
  CHECK(interval.high == Approx(0.75 + 1.96 * deviation).margin(0.005));
  const Interval narrow = bootstrap(400, share, {.level = 0.5});
  CHECK(narrow.low > interval.low);
  CHECK(narrow.high < interval.high);
}

TEST_CASE("Another seed draws other examples") {
  const auto sum = [](Chosen examples) { return static_cast<double>(examples[0] * 1000 + examples[1]); };
  CHECK(bootstrap(1000, sum, {.seed = 1}).low == bootstrap(1000, sum, {.seed = 1}).low);
  CHECK(bootstrap(1000, sum, {.seed = 1}).low != bootstrap(1000, sum, {.seed = 2}).low);
}

TEST_CASE("A bootstrap has the same bits with any number of threads", "[threads]") {
  const auto mean = [](Chosen examples) {
    double sum = 0;
    for (const int64_t example : examples) sum += std::sqrt(static_cast<double>(example));
    return sum / static_cast<double>(examples.size());
  };
  const auto with = [&](int threads) {
    const bertlet::Threads scope(threads);
    return bootstrap(50, mean, {.rounds = 200});
  };
  const Interval alone = with(1);
  for (const int threads : {2, 3, 8}) {
    CHECK(with(threads).low == alone.low);
    CHECK(with(threads).high == alone.high);
  }
}

TEST_CASE("A bootstrap of one example, of NaN, and of nothing") {
  const auto first = [](Chosen examples) { return static_cast<double>(examples[0]); };
  CHECK(bootstrap(1, first).high == 0);
  CHECK(bootstrap(5, first, {.rounds = 1}).low == bootstrap(5, first, {.rounds = 1}).high);
  CHECK(std::isnan(bootstrap(2, [](Chosen) { return not_a_number; }).low));
  CHECK_THROWS_WITH(bootstrap(0, first), ContainsSubstring("got 0 examples"));
  CHECK_THROWS_WITH(bootstrap(1, first, {.level = 1}), ContainsSubstring("got a level of 1"));
}

TEST_CASE("Published correlations hold", "[conformance]") {
  const auto file = conformance_file("metrics.json");
  if (!file) return;
  const auto& m = file->at("matthews");
  const Labels refs = m.at("refs").get<Labels>(), preds = m.at("preds").get<Labels>();
  CHECK(matthews(Confusion(refs, preds, 4)) == Approx(m.at("mcc").get<double>()));
  CHECK(m.at("weighted").size() == 2);
  for (const auto& c : m.at("weighted"))
    CHECK(matthews(Confusion(refs, preds, 4, c.at("w").get<Values>())) == Approx(c.at("mcc").get<double>()));
  const auto& one = m.at("degenerate");
  CHECK(matthews(Confusion(one.at("refs").get<Labels>(), one.at("preds").get<Labels>(), 2)) == one.at("mcc"));

  const auto& stsb = file->at("stsb");
  const Values x = stsb.at("refs").get<Values>(), y = stsb.at("preds").get<Values>();
  CHECK(pearson(x, y) == Approx(stsb.at("pearson").get<double>()));
  CHECK(spearman(x, y) == Approx(stsb.at("spearmanr").get<double>()));
}
