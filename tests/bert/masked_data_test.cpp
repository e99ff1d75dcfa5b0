// Texts of which tokens are hidden: what a model is shown, what is measured, what comes back filled.
#include <algorithm>
#include <cmath>
#include <set>

#include "bert/tasks/learners.h"
#include "bert/tasks/tables/text_lines.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;

namespace {

constexpr std::int64_t none = -100, cls = 2, sep = 3, mask = 4, cat = 7;

const text::Tokenizer& tokenizer() {
  static const text::Tokenizer one = small_tokenizer();
  return one;
}

std::unique_ptr<Data> read(const std::string& text, const MaskedOptions& options = {}) {
  const Scratch scratch;
  return masked_data(scratch.write("texts.txt", text), tokenizer(), options);
}

MaskedOptions with(Masks masks) {
  MaskedOptions to;
  to.masks = masks;
  return to;
}

std::string texts(std::int64_t count) {
  const std::vector<std::string> words = {"cat", "dog", "bird", "sat", "ran", "no", "yes"};
  std::string to;
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::int64_t word = 0; word < 3 + i * 5 % 11; ++word)
      to += words[static_cast<std::size_t>(i * word) % 7] + " ";
    to += "\n";
  }
  return to;
}

std::vector<const Item*> all_of(const Data& data) {
  std::vector<const Item*> to;
  for (const Item& item : data.items()) to.push_back(&item);
  return to;
}

std::vector<std::vector<std::int64_t>> ids_of(const std::vector<Item>& items) {
  std::vector<std::vector<std::int64_t>> to;
  for (const Item& item : items) to.push_back(item.sequences[0].ids);
  return to;
}

std::unique_ptr<Learner> learner_of_words(double dropout) {
  std::unique_ptr<Learner> learner = word_learner(small_config(dropout));
  bert::initialise(learner->parameters(), learner->config(), 7);
  return learner;
}

}  // namespace

TEST_CASE("Texts are lines, or a column of a table", "[finetuning]") {
  const Scratch scratch;
  const Examples lines = read_texts(scratch.write("texts.txt", "a cat\r\n\n  \nlabel\ttext\nlast"));
  REQUIRE(lines.rows.size() == 3);
  CHECK(lines.rows[0].text == "a cat");
  CHECK(lines.rows[1].text == "label\ttext");
  CHECK(lines.place(lines.rows[2]).ends_with("texts.txt:5"));
  const Examples table = read_texts(scratch.write("texts.tsv", "label\ttext\nno\ta cat\n"));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].text == "a cat");
  const auto broken = scratch.write("broken.txt", "a cat\n\xff\n");
  CHECK_THROWS_WITH(read_texts(broken), Catch::Matchers::ContainsSubstring("broken.txt:2: is not UTF-8"));
  const Examples rest = read_texts(broken, {.table = {.bad_rows = BadRows::collected}});
  CHECK(rest.rows.size() == 1);
  CHECK(rest.bad_rows.at(0).line == 2);
}

TEST_CASE("A long text comes in windows, and nothing of it is lost", "[finetuning]") {
  MaskedOptions options;
  options.max_length = 6;
  const std::unique_ptr<Data> data = read("cat dog bird sat ran no yes cat dog\nyes\n", options);
  std::vector<std::vector<std::int64_t>> want = {
      {cls, 7, 8, 9, 10, sep}, {cls, 11, 5, 6, 7, sep}, {cls, 8, sep}, {cls, 6, sep}};
  CHECK(ids_of(data->items()) == want);
}

TEST_CASE("Masks are drawn anew for each batch, and from nothing but its draws", "[finetuning]") {
  const std::unique_ptr<Data> data = read(texts(20));
  const std::vector<const Item*> batch = all_of(*data);
  const std::vector<std::vector<std::int64_t>> before = ids_of(data->items());
  const Rng rng{.seed = 1, .step = 2, .site = 3}, later{.seed = 1, .step = 3, .site = 3};
  const std::vector<Item> drawn = data->drawn(batch, rng);
  CHECK(ids_of(drawn) == ids_of(data->drawn(batch, rng)));
  CHECK(ids_of(drawn) != ids_of(data->drawn(batch, later)));
  CHECK(ids_of(data->items()) == before);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    CAPTURE(i);
    const std::vector<std::int64_t>& ids = drawn[i].sequences[0].ids;
    CHECK(std::ssize(ids) - std::ranges::count(drawn[i].labels, none) ==
          std::max<std::int64_t>(1, std::llrint(0.15 * static_cast<double>(ids.size()))));
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
  const std::unique_ptr<Data> first = read(same, with(Masks::fixed)), second = read(same, with(Masks::fixed));
  CHECK(ids_of(first->items()) == ids_of(second->items()));
  CHECK(first->drawn(all_of(*first), {}).size() == first->items().size());
  std::set<std::vector<std::int64_t>> ways;
  for (const Item& item : first->items()) ways.insert(item.labels);
  CHECK(ways.size() > 4);
}

TEST_CASE("Of whole words all pieces are hidden, or none", "[finetuning]") {
  const text::Tokenizer pieces = toy({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing"});
  const Scratch scratch;
  MaskedOptions options = with(Masks::fixed);
  options.whole_words = true;
  std::string text;
  for (int i = 0; i < 30; ++i) text += "playing play playing playing play play playing playing\n";
  const std::unique_ptr<Data> data = masked_data(scratch.write("texts.txt", text), pieces, options);
  for (const Item& item : data->items())
    for (std::size_t i = 2; i + 1 < item.labels.size(); ++i)
      if (item.labels[i] == 6) CHECK(item.labels[i - 1] == 5);
}

TEST_CASE("A loss that is measured is the one that is learned, over all hidden tokens", "[finetuning]") {
  const std::unique_ptr<Data> dev = read(texts(20), with(Masks::fixed));
  const std::unique_ptr<Learner> learner = learner_of_words(0.5);
  const std::vector<const Item*> batch = all_of(*dev);
  Pass pass;
  const double learned = static_cast<double>(learner->loss(learner->score(batch, pass), batch).item());
  for (const std::int64_t tokens : {1, 30, 4096}) {
    const std::vector<Output> outputs = outputs_of(*learner, dev->items(), tokens);
    const train::Measures measures = dev->measures(outputs);
    CHECK(measures[0].first == "loss");
    CHECK(measures[0].second == Approx(learned).epsilon(1e-6));
    CHECK(measures[1].second == Approx(std::exp(measures[0].second)));
    double right = 0, all = 0;
    for (const Output& output : outputs)
      for (const Guess& guess : output.guesses) {
        right += guess.right;
        all += 1;
        CHECK(guess.likeliest.size() == 5);
        CHECK(guess.likeliest[0].probability >= guess.likeliest[1].probability);
        CHECK((std::abs(std::exp(-guess.loss) - guess.likeliest[0].probability) < 1e-9) == guess.right);
      }
    CHECK(measures[2].second == right / all);
  }
}

// Of ten tokens seven are cats and three are dogs.
TEST_CASE("The baseline knows how frequent the tokens of the file are", "[finetuning]") {
  const std::unique_ptr<Data> dev = read("cat cat cat cat cat\n\ncat cat dog dog dog\n", with(Masks::fixed));
  const std::vector<Output> outputs = dev->baseline();
  REQUIRE(outputs.size() == 2);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    std::vector<std::int64_t> hidden = dev->items()[i].labels;
    std::erase(hidden, none);
    REQUIRE(outputs[i].guesses.size() == hidden.size());
    for (std::size_t at = 0; at < hidden.size(); ++at) {
      CHECK(outputs[i].guesses[at].right == (hidden[at] == cat));
      CHECK(outputs[i].guesses[at].loss == Approx(-std::log(hidden[at] == cat ? 0.7 : 0.3)));
    }
  }
}

TEST_CASE("A text comes back with its masks filled, in whatever window they are", "[finetuning]") {
  MaskedOptions options = with(Masks::given);
  options.max_length = 5;
  const std::unique_ptr<Data> data = read("Cat [MASK], dog bird sat ran no [MASK]!\n\ncat\n[MASK]\n", options);
  REQUIRE(data->examples() == 3);
  REQUIRE(data->items().size() == 3);  // two windows of the first text, one of the last
  for (const Item& item : data->items())
    for (std::size_t i = 0; i < item.labels.size(); ++i)
      CHECK((item.labels[i] == mask) == (item.sequences[0].ids[i] == mask));
  std::vector<Output> outputs(3);
  outputs[0].guesses = {{0, true, {{8, 0.75}, {9, 0.25}}}};
  outputs[1].guesses = {{0, true, {{10, 0.5}}}};
  outputs[2].guesses = {{0, true, {{11, 1}}}};
  const std::vector<Record> records = data->predictions(outputs);
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
    return std::make_unique<Lesson>(learner_of_words(0.1), read(texts(11)), read(texts(7), with(Masks::fixed)));
  });
}
