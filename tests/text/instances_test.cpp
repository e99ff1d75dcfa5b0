#include "bert/data/instances.h"

#include <algorithm>
#include <map>
#include <set>

#include "bert/data/batches.h"
#include "bert/data/inspect.h"
#include "bert/io/files/file.h"
#include "core/parallel.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

namespace data = bertlet::data;
namespace io = bertlet::io;

namespace {

constexpr int64_t first_word = 5, words_of_document = 60;

// Words 0, 1, 2, …: document d has words 60 d … 60 d + 59 in sentences of 1, 2, … 5, 1, 2, … words, each once.
struct Numbered {
  Scratch scratch;
  text::Tokenizer tokenizer;
  data::Pieces pieces;

  explicit Numbered(int documents = 8) : tokenizer(toy(vocabulary(documents))), pieces(tokenizer) {
    std::string text;
    for (int word = 0, size = 1, left = 1; word < documents * words_of_document; ++word) {
      text += std::to_string(word) + ' ';
      if (--left == 0) {
        text += '\n';
        left = size = size % 5 + 1;
      }
      if ((word + 1) % words_of_document == 0) text += "\n";
    }
    io::write_file(scratch.path() / "text", text);
    data::write_corpus({scratch.path() / "text"}, tokenizer, data::CorpusForm::lines, scratch.path() / "corpus");
  }

  static Strings vocabulary(int documents) {
    Strings tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    for (int word = 0; word < documents * words_of_document; ++word) tokens.push_back(std::to_string(word));
    return tokens;
  }

  std::vector<data::Instance> make(const data::InstanceOptions& options) const {
    data::write_instances(data::Corpus(scratch.path() / "corpus"), pieces, options, scratch.path() / "instances");
    const data::Instances file(scratch.path() / "instances");
    std::vector<data::Instance> instances;
    for (int64_t i = 0; i < file.size(); ++i) {
      instances.push_back(file.read(i));
      CHECK(file.length(i) == instances.back().size());
    }
    return instances;
  }
};

// The segments without special tokens.
using Ids = std::vector<int64_t>;
Ids first(const data::Instance& i) { return {i.ids.begin() + 1, i.ids.begin() + i.second - 1}; }
Ids second(const data::Instance& i) { return {i.ids.begin() + i.second, i.ids.end() - 1}; }

int64_t document_of(int64_t id) { return (id - first_word) / words_of_document; }

bool is_run(const Ids& ids) {
  return std::ranges::adjacent_find(ids, [](int64_t a, int64_t b) { return b != a + 1; }) == ids.end();
}

data::InstanceOptions unmasked(data::PairTask task, int64_t max_length = 16) {
  return {.max_length = max_length, .task = task, .dupe_factor = 4, .mask = {}};
}

// One instance as Google's script writes it.
nlohmann::json as_google(const data::Instance& instance, const text::Tokenizer& tokenizer) {
  std::vector<int> segments(instance.ids.size());
  std::fill(segments.begin() + instance.second, segments.end(), 1);
  std::vector<int64_t> positions, ids;
  for (const data::Hidden& hidden : instance.hidden) {
    positions.push_back(hidden.position);
    ids.push_back(hidden.id);
  }
  return {{"tokens", names(tokenizer, instance.ids)},
          {"segment_ids", segments},
          {"is_random_next", instance.pair == data::Pair::other},
          {"masked_lm_positions", positions},
          {"masked_lm_labels", names(tokenizer, ids)}};
}

}  // namespace

TEST_CASE("With Python's generator instances are those of Google's script", "[conformance]") {
  const auto tokenizer = published("uncased", google());
  const auto sample = conformance_path("data/google_sample_text.txt");
  if (!tokenizer || !sample) return;
  const Scratch scratch;
  data::write_corpus({*sample}, *tokenizer, data::CorpusForm::lines, scratch.path() / "corpus");
  for (const char* unit : {"wordpiece", "wwm"}) {
    const auto file = conformance_file("generated_google/pretraining_instances_" + std::string(unit) + ".json");
    if (!file) return;
    const auto& args = file->at("meta").at("args");
    const data::MaskOptions mask{.rate = args.at("masked_lm_prob"),
                                 .most = args.at("max_predictions_per_seq"),
                                 .unit = args.at("do_whole_word_mask") ? data::MaskUnit::word : data::MaskUnit::token};
    data::write_instances(data::Corpus(scratch.path() / "corpus"), data::Pieces(*tokenizer),
                          {.max_length = args.at("max_seq_length"),
                           .short_rate = args.at("short_seq_prob"),
                           .dupe_factor = args.at("dupe_factor"),
                           .mask = mask,
                           .seed = args.at("seed"),
                           .generator = data::Generator::python},
                          scratch.path() / "instances");
    const data::Instances instances(scratch.path() / "instances");
    const auto& wanted = file->at("instances");
    REQUIRE(instances.size() == std::ssize(wanted));
    for (int64_t i = 0; i < instances.size(); ++i)
      CHECK(as_google(instances.read(i), *tokenizer) == wanted.at(bertlet::to_size(i)));
  }
}

TEST_CASE("Next sentences follow in half of the pairs and are from another document in the others") {
  const std::vector<data::Instance> instances = Numbered().make(unmasked(data::PairTask::next_sentence));
  int follow = 0, whole = 0;
  for (const data::Instance& instance : instances) {
    const Ids a = first(instance), b = second(instance);
    REQUIRE(!a.empty());
    REQUIRE(!b.empty());
    CHECK(instance.size() <= 16);
    CHECK(is_run(a));
    CHECK(is_run(b));
    CHECK((document_of(a.front()) == document_of(b.front())) == (instance.pair == data::Pair::follows));
    if (instance.pair == data::Pair::follows) {
      ++follow;
      CHECK(a.back() < b.front());
    }
    whole += instance.size() == 16 ? 1 : 0;
  }
  CHECK(instances.size() > 100);
  CHECK(follow > std::ssize(instances) / 4);
  CHECK(follow < std::ssize(instances) * 3 / 4);
  CHECK(whole > std::ssize(instances) / 2);
}

TEST_CASE("Sentence order asks which segment came first") {
  int swapped = 0, all = 0;
  for (const data::Instance& instance : Numbered().make(unmasked(data::PairTask::sentence_order))) {
    const Ids a = first(instance), b = second(instance);
    REQUIRE((!a.empty() && !b.empty()));
    CHECK(document_of(a.front()) == document_of(b.front()));
    CHECK((a.front() < b.front()) == (instance.pair == data::Pair::follows));
    swapped += instance.pair == data::Pair::other ? 1 : 0;
    ++all;
  }
  CHECK(swapped > all / 4);
  CHECK(swapped < all * 3 / 4);
}

TEST_CASE("Without a second segment an instance is one run of the text") {
  data::InstanceOptions options = unmasked(data::PairTask::none);
  options.short_rate = 0;
  options.dupe_factor = 1;
  for (const data::Instance& instance : Numbered().make(options)) {
    CHECK(instance.pair == data::Pair::none);
    CHECK(instance.second == instance.size());
    CHECK(instance.size() <= 16);
    CHECK(is_run(first(instance)));
  }
}

TEST_CASE("Short ones are as many as was asked for") {
  const Numbered corpus;
  data::InstanceOptions options = unmasked(data::PairTask::none, 32);
  const auto mean = [&](double rate) {
    options.short_rate = rate;
    const auto instances = corpus.make(options);
    double tokens = 0;
    for (const data::Instance& instance : instances) tokens += static_cast<double>(instance.size());
    return tokens / static_cast<double>(instances.size());
  };
  CHECK(mean(1) < mean(0) - 5);
}

TEST_CASE("Instances are the same file for any number of threads", "[threads]") {
  const Numbered corpus;
  const auto written = [&](int threads, std::uint64_t seed) {
    bertlet::set_threads(threads);
    corpus.make({.max_length = 16, .seed = seed});
    bertlet::set_threads(0);
    return io::read_file(corpus.scratch.path() / "instances");
  };
  CHECK(written(1, 7) == written(3, 7));
  CHECK(written(3, 7) != written(3, 8));
}

TEST_CASE("Dynamic masks are new in each epoch, and the same for a seed") {
  const Numbered corpus;
  corpus.make(unmasked(data::PairTask::next_sentence));
  const data::Instances instances(corpus.scratch.path() / "instances");
  CHECK(!instances.is_masked());
  const auto masked = [&](int64_t index, std::uint64_t seed, int64_t epoch) {
    return instances.masked(index, {.rate = 0.5}, corpus.pieces, seed, epoch);
  };
  CHECK(masked(0, 1, 0) == masked(0, 1, 0));
  CHECK(masked(0, 1, 0) != masked(0, 1, 1));
  CHECK(masked(0, 1, 0) != masked(0, 2, 0));
  data::Instance restored = masked(0, 1, 0);
  CHECK(!restored.hidden.empty());
  for (const data::Hidden& hidden : restored.hidden) restored.ids[bertlet::to_size(hidden.position)] = hidden.id;
  CHECK(restored.ids == instances.read(0).ids);
}

TEST_CASE("Masked instances are not masked again, and another vocabulary is refused") {
  const Numbered corpus, smaller(2);
  corpus.make({.max_length = 16, .dupe_factor = 1});
  const data::Instances instances(corpus.scratch.path() / "instances");
  CHECK(instances.is_masked());
  CHECK(instances.made_by() == data::description({.max_length = 16, .dupe_factor = 1}, corpus.pieces));
  CHECK(instances.made_by() != data::description({.max_length = 17, .dupe_factor = 1}, corpus.pieces));
  CHECK_THROWS_WITH(instances.masked(0, {}, corpus.pieces, 1, 0),
                    Catch::Matchers::ContainsSubstring("its instances are masked, want a file made without"));
  CHECK_THROWS_WITH(
      data::write_instances(data::Corpus(corpus.scratch.path() / "corpus"), smaller.pieces, {}, "unused"),
      "instances: got a corpus of vocabulary " + corpus.pieces.vocabulary + ", want " + smaller.pieces.vocabulary);
}

TEST_CASE("No broken instances are read, whichever byte is broken") {
  const Numbered corpus(2);
  corpus.make({.max_length = 16, .dupe_factor = 1});
  const std::string good = io::read_file(corpus.scratch.path() / "instances");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ (i % 2 == 0 ? 0x80 : 0x7F));
    io::write_file(corpus.scratch.path() / "broken", bytes);
    try {
      const data::Instances instances(corpus.scratch.path() / "broken");
      std::vector<data::Instance> read;
      for (int64_t k = 0; k < instances.size(); ++k) read.push_back(instances.read(k));
      if (!read.empty()) data::to_batch(read);  // writes only where there is room
    } catch (const bertlet::Error& error) {
      CHECK(std::string(error.what()).find("broken: ") != std::string::npos);
    }
  }
}

TEST_CASE("Batches are cut to a budget of tokens") {
  CHECK(data::cut_batches(Ids{5, 3, 4, 9}, 8) == Ids{2, 3, 4});
  CHECK(data::cut_batches(Ids{9, 9}, 8) == Ids{1, 2});
  CHECK(data::cut_batches(Ids{}, 8).empty());
}

TEST_CASE("Instances of unequal length become a batch") {
  const std::vector<data::Instance> instances = {
      {.ids = {2, 4, 3, 6, 3}, .second = 3, .pair = data::Pair::other, .hidden = {{1, 9}}},
      {.ids = {2, 7, 3}, .second = 3, .hidden = {{1, 7}}}};
  const data::PretrainingBatch batch = data::to_batch(instances);
  CHECK(batch.rows.ids == Ids{2, 4, 3, 6, 3, 2, 7, 3});
  CHECK(batch.rows.token_types == Ids{0, 0, 0, 1, 1, 0, 0, 0});
  CHECK(batch.rows.positions == Ids{0, 1, 2, 3, 4, 0, 1, 2});
  CHECK(batch.rows.spans == bertlet::Spans{5, 3});
  CHECK(batch.wanted.labels == Ids{-100, 9, -100, -100, -100, -100, 7, -100});
  CHECK(batch.wanted.next == Ids{1, -100});
}

TEST_CASE("An instance is shown with what is hidden") {
  const text::Vocabulary vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat"});
  const data::Instance instance{
      .ids = {2, 4, 6, 3, 5, 7, 3}, .second = 4, .pair = data::Pair::follows, .hidden = {{1, 5}, {2, 7}, {5, 7}}};
  CHECK(data::text_of(instance, vocabulary, 4, data::Colours::no) ==
        "b follows a, 7 tokens, 3 of them hidden\n  [CLS] the→[MASK] sat→cat [SEP]\n  the sat=sat [SEP]\n");
  const std::string coloured = data::text_of(instance, vocabulary, 4, data::Colours::yes);
  for (const char* part : {"\033[32mthe→[MASK]\033[0m", "\033[31msat→cat\033[0m", "\033[33msat=sat\033[0m"})
    CHECK(coloured.find(part) != std::string::npos);
}
