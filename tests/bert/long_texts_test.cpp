// Texts that are longer than what a model is shown: which part is kept, and how windows become one.
#include <algorithm>
#include <cmath>

#include "core/real.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

constexpr int64_t cls = 2, sep = 3, cat = 7, dog = 8, bird = 9;
using Ids = std::vector<int64_t>;

std::string repeated(const std::string& word, int64_t count) {
  std::string to;
  for (int64_t i = 0; i < count; ++i) to += word + " ";
  return to;
}

std::vector<Ids> windows_of(const Task& task, const std::string& rows) {
  std::vector<Ids> to;
  const Datum data = read(task, "d.tsv", rows);
  for (const bert::Sequence& each : data->items[0].sequences) to.push_back(each.ids);
  return to;
}

std::vector<double> doubles(const std::vector<real>& values) { return {values.begin(), values.end()}; }

struct Windows {
  FineTuned model;
  Datum data;
};

// Three windows of seven words. The texts of a pair share them.
Windows windows_with(const std::string& task, const Values& values) {
  const bool is_pair = task == "pair";
  Values all = {{"windows", "true"}, {"max-length", is_pair ? "14" : "9"}};
  all.insert(all.end(), values.begin(), values.end());
  Windows to{.model = small_model(task_with(task, all, {"a", "b", "c"}), 0), .data = {}};
  const std::string longer = "cat dog bird sat ran no yes bird bird cat cat dog no ran sat yes yes";
  to.data = read(
      *to.model.task, "d.tsv",
      is_pair ? "sentence1\tsentence2\tlabel\nno dog yes\t" + longer + "\tb\n" : "text\tlabel\n" + longer + "\tb\n");
  return to;
}

// Each window's own scores, as if it were the whole text.
std::vector<std::vector<double>> each_window(const Windows& of) {
  std::vector<std::vector<double>> to;
  for (const bert::Sequence& window : of.data->items[0].sequences) {
    Item one{.sequences = {window}, .labels = {0}};
    const Item* items[] = {&one};
    Pass pass;
    const Scores scores = of.model.score(items, pass);
    to.push_back(doubles(scores.scored.scores.value().values()));
  }
  return to;
}

std::vector<double> together(const Windows& of) { return doubles(of.model.outcome(*of.data).outputs[0].scores); }

void check_close(const std::vector<double>& got, const std::vector<double>& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(want[i]).epsilon(1e-5).margin(1e-6));
}

// By the column of its word: the parameter of this name.
std::vector<double> parameter(const Windows& of, const std::string& name) {
  const Tensor found = of.model.network->parameters().find(name);
  INFO(name);
  REQUIRE(found);
  return doubles(found.value().values());
}

}  // namespace

TEST_CASE("Of head and tail 128 of 510 tokens are the head's, at every length") {
  for (const auto& [length, head] :
       std::vector<std::pair<int64_t, int64_t>>{{512, 128}, {256, 64}, {128, 32}, {64, 16}, {32, 8}, {10, 2}, {4, 1}}) {
    CAPTURE(length);
    const auto task = task_with("classify", {{"max-length", std::to_string(length)}, {"part", "head-and-tail"}}, {"a"});
    const int64_t room = length - 2;
    Ids want = {cls};
    want.insert(want.end(), to_size(head), cat);
    want.insert(want.end(), to_size(room - head), bird);
    want.push_back(sep);
    const std::string longer = repeated("cat", head) + repeated("dog", 5) + repeated("bird", room - head);
    CHECK(windows_of(*task, "text\tlabel\n" + longer + "\ta\n") == std::vector<Ids>{want});
    Ids fits(to_size(length), dog);
    fits.front() = cls, fits.back() = sep;
    CHECK(windows_of(*task, "text\tlabel\n" + repeated("dog", room) + "\ta\n") == std::vector<Ids>{fits});
  }
}

TEST_CASE("A long text is read whole in windows, which may share tokens") {
  const std::string row = "text\tlabel\ncat dog bird cat dog bird cat\ta\n";
  const auto shown = [&](const Values& values) {
    Values all = {{"windows", "true"}, {"max-length", "5"}};
    all.insert(all.end(), values.begin(), values.end());
    return windows_of(*task_with("classify", all, {"a"}), row);
  };
  CHECK(shown({}) == std::vector<Ids>{{cls, cat, dog, bird, sep}, {cls, cat, dog, bird, sep}, {cls, cat, sep}});
  CHECK(shown({{"stride", "1"}}) ==
        std::vector<Ids>{{cls, cat, dog, bird, sep}, {cls, bird, cat, dog, sep}, {cls, dog, bird, cat, sep}});
}

TEST_CASE("The longer text of a pair comes in windows, each beside the whole other one") {
  const auto task = task_with("pair", {{"windows", "true"}, {"max-length", "14"}}, {"a"});
  const std::string nine = repeated("cat", 9) + repeated("bird", 9);
  const auto row = [](const std::string& a, const std::string& b) {
    return "sentence1\tsentence2\tlabel\n" + a + "\t" + b + "\ta\n";
  };
  const Datum data = read(*task, "d.tsv", row("dog dog", nine));
  REQUIRE(data->items[0].sequences.size() == 2);
  for (const auto& [i, word] : {std::pair<std::size_t, int64_t>{0, cat}, {1, bird}}) {
    Ids want = {cls, dog, dog, sep};
    want.insert(want.end(), 9, word);
    want.push_back(sep);
    CHECK(data->items[0].sequences[i].ids == want);
    CHECK(data->items[0].sequences[i].types == Ids{0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  }
  const std::vector<Ids> first = windows_of(*task, row(nine, "dog dog"));
  REQUIRE(first.size() == 2);
  CHECK(first[1][1] == bird);
  CHECK(first[1][11] == dog);
  CHECK(windows_of(*task, row(nine, nine)).size() == 1);  // both are long: there is no room for windows
  CHECK(windows_of(*task, row("dog", "cat")) == std::vector<Ids>{{cls, dog, sep, cat, sep}});
}

TEST_CASE("Windows become one by the mean or the largest of their scores") {
  for (const char* task : {"classify", "pair"}) {
    CAPTURE(task);
    for (const char* combine : {"mean", "max"}) {
      CAPTURE(combine);
      const Windows of = windows_with(task, {{"combine", combine}});
      const std::vector<std::vector<double>> each = each_window(of);
      REQUIRE(each.size() >= 2);
      std::vector<double> want = each[0];
      for (std::size_t label = 0; label < want.size(); ++label) {
        for (std::size_t window = 1; window < each.size(); ++window)
          want[label] = combine == std::string("max") ? std::max(want[label], each[window][label])
                                                      : want[label] + each[window][label];
        if (combine == std::string("mean")) want[label] /= static_cast<double>(each.size());
      }
      check_close(together(of), want);
    }
  }
}

// The weight of a window is softmax(a v + b), where v is what the classifier looks at.
TEST_CASE("Windows become one by an attention that is learned") {
  for (const char* task : {"classify", "pair"}) {
    CAPTURE(task);
    const Windows of = windows_with(task, {{"combine", "attention"}});
    const std::vector<double> a = parameter(of, "windows.score.weight"), weight = parameter(of, "classifier.weight"),
                              bias = parameter(of, "classifier.bias");
    Pass pass;
    const std::vector<const Item*> items = all_of(*of.data);
    const std::vector<double> v = doubles(of.model.score(items, pass).scored.encoded.pooler_output.value().values());
    const std::size_t windows = of.data->items[0].sequences.size(), width = v.size() / windows;
    REQUIRE(windows >= 2);
    std::vector<double> shares(windows), mean(width);
    double sum = 0;
    for (std::size_t i = 0; i < windows; ++i) {
      double score = 0;
      for (std::size_t j = 0; j < width; ++j) score += a[j] * v[i * width + j];
      sum += shares[i] = std::exp(score);
    }
    for (std::size_t i = 0; i < windows; ++i)
      for (std::size_t j = 0; j < width; ++j) mean[j] += shares[i] / sum * v[i * width + j];
    std::vector<double> want = bias;
    for (std::size_t label = 0; label < want.size(); ++label)
      for (std::size_t j = 0; j < width; ++j) want[label] += weight[label * width + j] * mean[j];
    check_close(together(of), want);
    CHECK(std::abs(shares[0] - shares[1]) > 1e-4 * sum);
  }
}
