// Texts of which tokens are hidden: what a model is shown, what is measured, what comes back filled.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/real.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

constexpr int64_t none = -100, cls = 2, sep = 3, mask = 4, cat = 7;

Datum texts_read(const std::string& text, Use use = Use::training, const Values& values = {}) {
  return read(*task_with("mlm", values), "texts.txt", text, use);
}

std::string texts(int64_t count) {
  const std::vector<std::string> words = {"cat", "dog", "bird", "sat", "ran", "no", "yes"};
  std::string to;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t word = 0; word < 3 + i * 5 % 11; ++word) to += words[to_size(i * word) % 7] + " ";
    to += "\n";
  }
  return to;
}

std::vector<std::vector<int64_t>> ids_of(const std::vector<Item>& items) {
  std::vector<std::vector<int64_t>> to;
  for (const Item& item : items) to.push_back(item.sequences[0].ids);
  return to;
}

FineTuned model_of_words(double dropout) { return small_model(task_with("mlm"), dropout); }

}  // namespace

TEST_CASE("Texts are lines, or a column of a table", "[finetuning]") {
  const Scratch scratch;
  const ReadOptions plain{.content = Content::plain};
  const Examples lines = read_examples(scratch.write("texts.txt", "a cat\r\n\n  \nlabel\ttext\nlast"), plain);
  REQUIRE(lines.rows.size() == 3);
  CHECK(lines.rows[0].text == "a cat");
  CHECK(lines.rows[1].text == "label\ttext");
  CHECK(lines.place(lines.rows[2]).ends_with("texts.txt:5"));
  const Examples table = read_examples(scratch.write("texts.tsv", "label\ttext\nno\ta cat\n"), plain);
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].text == "a cat");
  const auto broken = scratch.write("broken.txt", "a cat\n\xff\n");
  CHECK_THROWS_WITH(read_examples(broken, plain), Catch::Matchers::ContainsSubstring("broken.txt:2: is not UTF-8"));
  const Examples rest = read_examples(broken, {.content = Content::plain, .bad_rows = BadRows::collected});
  CHECK(rest.rows.size() == 1);
  CHECK(rest.bad_rows.at(0).line == 2);
}

TEST_CASE("A long text comes in windows, and nothing of it is lost", "[finetuning]") {
  const Datum data = texts_read("cat dog bird sat ran no yes cat dog\nyes\n", Use::training, {{"max-length", "6"}});
  std::vector<std::vector<int64_t>> want = {
      {cls, 7, 8, 9, 10, sep}, {cls, 11, 5, 6, 7, sep}, {cls, 8, sep}, {cls, 6, sep}};
  CHECK(ids_of(data->items) == want);
}

TEST_CASE("Masks are drawn anew for each batch, and from nothing but its draws", "[finetuning]") {
  const std::unique_ptr<Task> task = task_with("mlm");
  const Datum data = texts_read(texts(20));
  const std::vector<const Item*> batch = all_of(*data);
  const std::vector<std::vector<int64_t>> before = ids_of(data->items);
  const Rng rng{.seed = 1, .step = 2, .site = 3}, later{.seed = 1, .step = 3, .site = 3};
  const std::vector<Item> drawn = task->drawn(*data, batch, rng);
  CHECK(ids_of(drawn) == ids_of(task->drawn(*data, batch, rng)));
  CHECK(ids_of(drawn) != ids_of(task->drawn(*data, batch, later)));
  CHECK(ids_of(data->items) == before);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    CAPTURE(i);
    const std::vector<int64_t>& ids = drawn[i].sequences[0].ids;
    CHECK(std::ssize(ids) - std::ranges::count(drawn[i].labels, none) ==
          std::max<int64_t>(1, std::llrint(0.15 * static_cast<double>(ids.size()))));
    for (std::size_t at = 0; at < ids.size(); ++at)
      if (drawn[i].labels[at] == none)
        CHECK(ids[at] == before[i][at]);
      else
        CHECK(drawn[i].labels[at] == before[i][at]);
  }
}

TEST_CASE("What is measured is masked the same way every time, and each text its own way", "[finetuning]") {
  std::string same;
  for (int i = 0; i < 20; ++i) same += "cat dog bird sat ran no yes\n";
  const Datum first = texts_read(same, Use::measuring), second = texts_read(same, Use::measuring);
  CHECK(ids_of(first->items) == ids_of(second->items));
  CHECK(task_with("mlm")->drawn(*first, all_of(*first), {}).size() == first->items.size());
  std::set<std::vector<int64_t>> ways;
  for (const Item& item : first->items) ways.insert(item.labels);
  CHECK(ways.size() > 4);
}

TEST_CASE("Of whole words all pieces are hidden, or none", "[finetuning]") {
  const text::Tokenizer pieces = toy({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing"});
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 30; ++i) text += "playing play playing playing play play playing playing\n";
  const Examples examples = read_examples(scratch.write("texts.txt", text), {.content = Content::plain});
  const auto torn = [&](const Values& values) {
    int64_t count = 0;
    const Datum data = task_with("mlm", values)->data(examples, pieces, Use::measuring);
    for (const Item& item : data->items)
      for (std::size_t i = 2; i + 1 < item.labels.size(); ++i) count += item.labels[i] == 6 && item.labels[i - 1] != 5;
    return count;
  };
  CHECK(torn({{"whole-words", "true"}}) == 0);
  CHECK(torn({}) > 0);
}

TEST_CASE("A loss that is measured is the one that is learned, over all hidden tokens", "[finetuning]") {
  const Datum dev = texts_read(texts(20), Use::measuring);
  const FineTuned model = model_of_words(0.5);
  Pass pass;
  const double learned = static_cast<double>(model.loss(model.score(all_of(*dev), pass)).item());
  for (const int64_t tokens : {1, 30, 4096}) {
    const Outcome outcome = model.outcome(*dev, tokens);
    const metrics::Measures got = measures(model, *dev, outcome);
    REQUIRE(got.size() == 3);
    CHECK(got[0].name == "loss");
    CHECK(got[0].value == Approx(learned).epsilon(1e-6));
    CHECK(got[1].value == Approx(std::exp(got[0].value)));
    double right = 0, all = 0;
    for (const Output& output : outcome.outputs)
      for (const Guess& guess : output.guesses) {
        right += guess.right;
        all += 1;
        CHECK(guess.likeliest.size() == 5);
        CHECK(guess.likeliest[0].probability >= guess.likeliest[1].probability);
        CHECK((std::abs(std::exp(-guess.loss) - guess.likeliest[0].probability) < 1e-9) == guess.right);
      }
    CHECK(got[2].value == right / all);
  }
}

// Of ten tokens seven are cats and three are dogs.
TEST_CASE("The baseline knows how frequent the tokens of the file are", "[finetuning]") {
  const Datum dev = texts_read("cat cat cat cat cat\n\ncat cat dog dog dog\n", Use::measuring);
  const std::vector<Output> outputs = task_with("mlm")->baseline(*dev);
  REQUIRE(outputs.size() == 2);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::vector<int64_t> hidden = dev->items[i].labels;
    std::erase(hidden, none);
    REQUIRE(outputs[i].guesses.size() == hidden.size());
    for (std::size_t at = 0; at < hidden.size(); ++at) {
      CHECK(outputs[i].guesses[at].right == (hidden[at] == cat));
      CHECK(outputs[i].guesses[at].loss == Approx(-std::log(hidden[at] == cat ? 0.7 : 0.3)));
    }
  }
}

TEST_CASE("A text comes back with its masks filled, in whatever window they are", "[finetuning]") {
  const std::unique_ptr<Task> task = task_with("mlm", {{"max-length", "5"}});
  const Datum data =
      read(*task, "texts.txt", "Cat [MASK], dog bird sat ran no [MASK]!\n\ncat\n[MASK]\n", Use::predicting);
  REQUIRE(data->size() == 3);
  REQUIRE(data->items.size() == 3);  // two windows of the first text, one of the last
  for (const Item& item : data->items)
    for (std::size_t i = 0; i < item.labels.size(); ++i)
      CHECK((item.labels[i] == mask) == (item.sequences[0].ids[i] == mask));
  std::vector<Output> outputs(3);
  outputs[0].guesses = {{0, true, {{8, 0.75}, {9, 0.25}}}};
  outputs[1].guesses = {{0, true, {{10, 0.5}}}};
  outputs[2].guesses = {{0, true, {{11, 1}}}};
  std::vector<Record> records;
  for (int64_t i = 0; i < 3; ++i) records.push_back(task->prediction(*data, i, outputs));
  CHECK(records[0]["prediction"] == "Cat dog, dog bird sat ran no sat!");
  CHECK(
      records[0]["masks"].dump() ==
      R"([[{"token":"dog","probability":0.75},{"token":"bird","probability":0.25}],[{"token":"sat","probability":0.5}]])");
  CHECK(records[1]["prediction"] == "cat");
  CHECK(records[1]["masks"].empty());
  CHECK(records[2]["line"] == 4);
  CHECK(records[2]["prediction"] == "ran");
}

TEST_CASE("Learning hidden words that was interrupted anywhere and resumed leaves the same bits", "[finetuning]") {
  check_resumed([] {
    return std::make_unique<Lesson>(model_of_words(0.1), texts_read(texts(11)), texts_read(texts(7), Use::measuring));
  });
}
