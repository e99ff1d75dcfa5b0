#include "bert/tasks/tables/data_report.h"

#include <algorithm>
#include <map>
#include <set>

#include "bert/tasks/tables/selection.h"
#include "core/real.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/text/tokenizers.h"

using namespace bertlet::tasks;
using ClassList = std::vector<int64_t>;

namespace {

Examples some_examples() {
  return {.file = "train.tsv",
          .columns = {"text", "", "label"},
          .rows = {{2, "the cat", "", "yes"},
                   {3, "the cat", "", "no"},
                   {4, " ", "", "yes"},
                   {5, "the cat the cat the cat the dog", "", "yes"},
                   {6, "the cat", "", "yes"}},
          .labelled = true};
}

std::map<int64_t, int64_t> counts(const ClassList& classes, const RowNumbers& rows) {
  std::map<int64_t, int64_t> counts;
  for (const int64_t row : rows) ++counts[classes[bertlet::to_size(row)]];
  return counts;
}

ClassList ninety_and_ten() {
  ClassList classes(100);
  for (std::size_t i = 0; i < classes.size(); i += 10) classes[i] = 1;
  return classes;
}

}  // namespace

TEST_CASE("A data report counts rows, labels, lengths, unknown tokens and repeats") {
  const text::Tokenizer tokenizer = toy({"[UNK]", "[CLS]", "[SEP]", "[PAD]", "the", "cat"});
  const DataReport report = data_report(some_examples(), tokenizer, {.max_length = 8});
  CHECK(report.rows == 5);
  CHECK(report.empty == 1);
  CHECK(report.duplicates == 2);
  CHECK(report.contradictions == 1);
  REQUIRE(report.most_repeated.size() == 1);
  CHECK(report.most_repeated[0].text == "the cat");
  CHECK(report.most_repeated[0].count == 3);
  CHECK(report.most_repeated[0].lines == std::vector<int64_t>{2, 3, 6});
  REQUIRE(report.labels.size() == 2);
  CHECK(report.labels[0].label == "no");
  CHECK(report.labels[1].count == 4);
  CHECK(report.majority() == 0.8);
  CHECK(report.shortest == 2);  // [CLS] [SEP]
  CHECK(report.median == 4);
  CHECK(report.longest == 10);
  CHECK(report.suggested_length() == 16);
  CHECK(report.truncated == 1);
  CHECK(report.tokens == 14);
  CHECK(report.unknown == 1);  // dog
  int64_t binned = 0;
  for (const LengthBin& bin : report.lengths) binned += bin.count;
  CHECK(binned == 5);
  CHECK(json_of(report).at("labels").at(1) == bertlet::io::Json{{"label", "yes"}, {"rows", 4}});
  CHECK(text_of(report).find("warning: 1 rows have another label than an equal row before\n") != std::string::npos);
}

TEST_CASE("A data report of several labels counts each, and rows of dev that stand in train are counted") {
  const text::Tokenizer tokenizer = toy({"[UNK]", "[CLS]", "[SEP]", "[PAD]"});
  Examples dev{.file = "dev.tsv",
               .columns = {"text", "", "labels"},
               .rows = {{1, "the cat", "", "a,b"}, {2, "x", "", "b"}},
               .labelled = true};
  const DataReport report = data_report(dev, tokenizer, {.labels_of = label_list});
  REQUIRE(report.labels.size() == 2);
  CHECK(report.labels[1].count == 2);
  CHECK(leaked(some_examples(), dev) == 1);
}

TEST_CASE("A data report of nothing has no division by nothing") {
  const DataReport report = data_report({.file = "f"}, toy({"[UNK]", "[CLS]", "[SEP]", "[PAD]"}));
  CHECK(report.majority() == 0);
  CHECK(report.unknown_rate() == 0);
}

TEST_CASE("Rows are left out as asked, and counted") {
  const Examples examples = some_examples();
  CHECK(clean(examples).kept == RowNumbers{0, 1, 3, 4});
  const auto length = [](const Example& row) { return std::ssize(row.text); };
  const Cleaning cut = clean(examples, {.duplicates = true, .length = length, .max_length = 10});
  CHECK(cut.kept == RowNumbers{0});
  CHECK(text_of(cut) == "1 of 5 rows: 1 empty, 2 duplicates, 1 too long left out");
  CHECK(clean(examples, {.empty = false}).kept.size() == 5);
  const Examples pair{.file = "f", .columns = {"a", "b", ""}, .rows = {{1, "x", "", ""}}};
  CHECK(clean(pair).empty == 1);
}

TEST_CASE("A row's class is its label, the rarest of several, or where its number stands among all") {
  Examples examples{.file = "f", .columns = {"text", "", "label"}, .labelled = true};
  for (const char* label : {"a,b", "b", "b,c", "b", ""}) examples.rows.push_back({1, "x", "", label});
  CHECK(classes_of(examples, one_label) == ClassList{1, 2, 3, 2, 0});
  CHECK(classes_of(examples, label_list) == ClassList{1, 2, 3, 2, 0});
  examples.rows.clear();
  for (const char* label : {"10", "-1", "3.5"}) examples.rows.push_back({1, "x", "", label});
  CHECK(classes_of(examples, {}) == ClassList{6, 0, 3});
  examples.labelled = false;
  CHECK(classes_of(examples, one_label) == ClassList{0, 0, 0});
}

TEST_CASE("A part has of each class what the whole has") {
  const ClassList classes = ninety_and_ten();
  CHECK(counts(classes, subsample(classes, 0.2, 1)) == std::map<int64_t, int64_t>{{0, 18}, {1, 2}});
  const Split split = split_off(classes, 0.1, 1);
  CHECK(counts(classes, split.dev) == std::map<int64_t, int64_t>{{0, 9}, {1, 1}});
  CHECK(split.train.size() == 90);
  CHECK(std::ranges::is_sorted(split.dev));
  RowNumbers all = split.train;
  all.insert(all.end(), split.dev.begin(), split.dev.end());
  CHECK(std::set<int64_t>(all.begin(), all.end()).size() == 100);
}

TEST_CASE("Parts follow from the seed") {
  const ClassList classes(20);
  CHECK(subsample(classes, 0.25, 1) == RowNumbers{3, 4, 8, 15, 18});
  CHECK(subsample(classes, 0.25, 1) != subsample(classes, 0.25, 2));
}

TEST_CASE("Each row is in dev of one fold") {
  const ClassList classes = ninety_and_ten();
  ClassList seen(100);
  for (const Split& fold : folds(classes, 5, 3)) {
    CHECK(counts(classes, fold.dev) == std::map<int64_t, int64_t>{{0, 18}, {1, 2}});
    CHECK(fold.train.size() == 80);
    for (const int64_t row : fold.dev) ++seen[bertlet::to_size(row)];
  }
  CHECK(seen == ClassList(100, 1));
}

TEST_CASE("Parts that cannot be are refused") {
  const ClassList classes(3);
  CHECK_THROWS_WITH(subsample(classes, 0, 1), "subsample: got the fraction 0, want over 0 and at most 1");
  CHECK_THROWS_WITH(split_off(ClassList(1), 0.5, 1), "split: got 1 rows, want at least 2");
  CHECK_THROWS_WITH(folds(classes, 4, 1), "folds: got 4 folds of 3 rows, want 2 to as many as rows");
  CHECK(split_off(classes, 0.01, 1).dev.size() == 1);
}

TEST_CASE("Of the clean rows some are learned from, and others measured on") {
  Examples examples{.file = "f", .columns = {"text", "", "label"}, .labelled = true};
  for (int i = 0; i < 40; ++i) {
    const std::string text = i % 4 == 0 ? " " : std::to_string(i);
    examples.rows.push_back({i + 1, text, "", i % 2 == 0 ? "even" : "odd"});
  }
  const Selection all = select_rows(examples, one_label, {});
  CHECK(all.rows.train.size() == 30);
  CHECK(all.rows.dev.empty());

  const Selection some = select_rows(examples, one_label, {.fraction = 0.6, .held_out = 0.5, .seed = 3});
  const auto odd = [](int64_t row) { return row % 2 == 1; };
  CHECK(some.rows.train.size() == 9);
  CHECK(some.rows.dev.size() == 9);
  CHECK(std::ranges::count_if(some.rows.dev, odd) == 6);
  for (const int64_t row : some.rows.dev) {
    CHECK(row % 4 != 0);
    CHECK_FALSE(std::ranges::binary_search(some.rows.train, row));
  }

  std::set<int64_t> measured;
  for (int64_t fold = 0; fold < 3; ++fold) {
    const Selection part = select_rows(examples, one_label, {.folds = 3, .fold = fold});
    CHECK(part.rows.train.size() == 20);
    measured.insert(part.rows.dev.begin(), part.rows.dev.end());
  }
  CHECK(measured.size() == 30);
  CHECK_THROWS_WITH(select_rows({.file = "f"}, one_label, {}),
                    "f: got no rows to learn from: 0 of 0 rows: 0 empty, 0 duplicates, 0 too long left out");
}
