#include <map>

#include "bert/text/vocabulary/vocabulary_training.h"
#include "bert/text/vocabulary/word_counts.h"
#include "core/parallel.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/paths.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

using Catch::Matchers::ContainsSubstring;

namespace {

using Words = std::vector<text::WordCount>;

const Strings special = text::TrainingOptions().special;

Strings trained(const Words& words, text::TrainingOptions options) {
  return text::trained_vocabulary(words, options).tokens();
}

Strings without_special(const Words& words, text::TrainingOptions options) {
  options.special = {};
  return trained(words, options);
}

std::string shown(const Words& words) {
  std::string line;
  for (const text::WordCount& item : words) line += fmt::format("{} {} ", item.word, item.count);
  return line;
}

std::string counted(const Strings& lines, const text::WordCountOptions& options = {}) {
  text::WordCounts counts(options);
  for (const std::string& line : lines) counts.add(line);
  return shown(counts.words());
}

// Every second word is one of fifty, the others are of a million.
Strings drawn_lines(int count) {
  Strings lines;
  std::uint64_t state = 1;
  const auto below = [&](std::uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % n;
  };
  for (int i = 0; i < count; ++i) {
    std::string line;
    for (int j = 0; j < 20; ++j) line += fmt::format("{} ", below(j % 2 == 0 ? 50 : 1'000'000));
    lines.push_back(std::move(line));
  }
  return lines;
}

class Threads {
 public:
  explicit Threads(int count) { bertlet::set_threads(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { bertlet::set_threads(0); }
};

}  // namespace

TEST_CASE("Special tokens come first, then characters, then the most frequent pairs") {
  // Pairs: l ##o 7, ##o ##w 7, ##w ##e 3, ##e ##r 2, ##e ##s 1, ##s ##t 1. Of the equal ones, ##o ##w has the smaller
  // ids.
  const Words words{{"low", 4}, {"lower", 2}, {"lowest", 1}};
  CHECK(trained(words, {.size = 18}) == Strings{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "e", "l", "o", "r", "s",
                                                "t", "w", "##e", "##o", "##r", "##s", "##t", "##w"});
  const Strings all = without_special(words, {.size = 100});
  CHECK(Strings(all.begin() + 13, all.end()) == Strings{"lo", "low", "lowe", "lower"});
  CHECK(without_special(words, {.size = 100, .min_frequency = 3}).back() == "lowe");
  CHECK(without_special(words, {.size = 100, .min_frequency = 1}).back() == "lowest");
  CHECK(without_special(words, {.size = 14}).back() == "lo");
}

TEST_CASE("Pairs that overlap are joined from the left") {
  CHECK(without_special({{"aaaaa", 10}}, {.size = 100}) == Strings{"a", "##a", "##aa", "aaa", "aaaaa"});
}

TEST_CASE("Only the most frequent characters are in the alphabet; others are passed over") {
  const Words words{{"axb", 5}, {"ab", 1}, {"b", 2}};
  CHECK(without_special(words, {.size = 100, .alphabet_limit = 2}) == Strings{"a", "b", "##b", "ab"});
  CHECK(text::alphabet(words, 2) == U"ab");
  CHECK(text::alphabet(words, 1) == U"b");
  CHECK(text::alphabet(words, 9) == U"abx");
}

TEST_CASE("Without a limit the alphabet grows until it makes up 99.9 % of the text, and never less than 99 %") {
  Strings characters;  // each a word, like Chinese ones
  for (char32_t c = 0x4E00; c < 0x4E00 + 3000; ++c) characters.push_back(text::encoded({&c, 1}));
  Words words;
  for (const std::string& word : characters) words.push_back({word, words.size() < 2000 ? 100 : 1});
  const auto known = [&](const text::TrainingOptions& options) {
    return text::known_characters(words, text::trained_vocabulary(words, options));
  };
  CHECK(known({.size = 8000}) >= 0.999);
  CHECK(known({.size = 8000}) < 1);
  CHECK(known({.size = 8000, .alphabet_limit = 1000}) == Approx(0.4975).margin(1e-4));
  CHECK(known({.size = 2005}) >= 0.99);
  CHECK(known({.size = 2005}) < 0.996);
  CHECK_THROWS_WITH(known({.size = 1500}), ContainsSubstring("got size 1500, want at least 1995"));
}

TEST_CASE("Of real Chinese text at most one character in a hundred is unknown", "[conformance]") {
  const std::string file = std::string(paths::source) + "/../shared/data/thucnews.txt";
  if (!std::filesystem::exists(file)) {
    WARN("skipped: there is no ../shared/data/thucnews.txt");
    return;
  }
  text::WordCounts counts;
  text::count_files({file}, counts);
  for (const int64_t size : {3000, 8000}) {
    const text::Vocabulary vocabulary = text::trained_vocabulary(counts.words(), {.size = size});
    CHECK(text::known_characters(counts.words(), vocabulary) > 0.99);
  }
}

TEST_CASE("A vocabulary too small for its characters is refused, with the size it needs") {
  const Words words{{"abc", 5}};
  CHECK_THROWS_WITH(trained(words, {.size = 9}), ContainsSubstring("got size 9, want at least 10"));
  CHECK(trained(words, {.size = 10}).size() == 10);
  CHECK_THROWS_WITH(trained(words, {.size = 0}), ContainsSubstring("got size 0"));
  CHECK_THROWS_WITH(trained(words, {.min_frequency = 0}), ContainsSubstring("got min_frequency 0"));
  CHECK_THROWS_WITH(trained(words, {.alphabet_limit = 0}), ContainsSubstring("got alphabet_limit 0"));
}

TEST_CASE("Words are those of the tokenizer") {
  CHECK(counted({"The cat, the Cát", "中文 the"}) == "the 3 cat 2 , 1 中 1 文 1 ");
  CHECK(counted({"Cat cat"}, {.text = cased()}) == "Cat 1 cat 1 ");
  CHECK(counted({"中文"}, {.text = {.chinese = false}}) == "中文 1 ");
  CHECK(counted({"a \xFF\xC3 b", "", "\u0301"}) == "a 1 b 1 ");
}

TEST_CASE("Words that are too long count for nothing but themselves") {
  text::WordCounts counts({.longest_word = 3});
  counts.add("abc abcd äöü äöüß 中文中文");
  CHECK(counts.words().size() == 4);
  CHECK(counts.too_long() == 2);
  CHECK(counts.total() == 8);
}

TEST_CASE("The rarest words are forgotten when there are too many; a count is short by what it says") {
  const Strings lines = drawn_lines(160'000);
  text::WordCounts all, some({.most_words = 20'000});
  for (const std::string& line : lines) all.add(line), some.add(line);
  CHECK(all.forgotten() == 0);
  std::map<std::string_view, int64_t> exact;
  const Words words = all.words(), remembered = some.words();
  for (const text::WordCount& item : words) exact[item.word] = item.count;
  CHECK(some.forgotten() > 0);
  CHECK(remembered.size() <= 20'000);
  for (const text::WordCount& item : remembered) {
    CHECK(item.count <= exact[item.word]);
    CHECK(exact[item.word] <= item.count + some.forgotten());
  }
  for (std::size_t i = 0; i < 50; ++i) CHECK(remembered[i].count == words[i].count);
}

TEST_CASE("Counts are the same for any number of threads", "[threads]") {
  const Strings lines = drawn_lines(160'000);
  std::string first;
  for (const int threads : {1, 2, 3, 8}) {
    const Threads set(threads);
    const std::string now = counted(lines, {.most_words = 30'000});
    if (first.empty()) first = now;
    CHECK((now == first));
  }
}

TEST_CASE("Files are read line by line, one after another") {
  const Scratch scratch;
  const std::string one = scratch.write("one", "a b\nc"), two = scratch.write("two", "d\r\na\n");
  text::WordCounts counts;
  int64_t read = 0;
  text::count_files({one, two}, counts, [&](int64_t bytes) { read = bytes; });
  CHECK(shown(counts.words()) == "a 2 b 1 c 1 d 1 ");
  CHECK(read >= 11);
  CHECK_THROWS_WITH(text::count_files({"/no/such"}, counts), ContainsSubstring("/no/such: No such file"));
}

TEST_CASE("Every word of a toy is a token") {
  const Strings lines{"O Romeo, Romeo!", "Wherefore art thou Romeo?"};
  Strings want = special;
  for (const char* word : {"o", "romeo", ",", "!", "wherefore", "art", "thou", "?"}) want.emplace_back(word);
  CHECK(text::word_vocabulary(lines).tokens() == want);
  CHECK(text::word_vocabulary(lines, cased(), {"[UNK]"}).tokens()[1] == "O");
}

TEST_CASE("Hugging Face's case of its trainer holds", "[conformance]") {
  const auto file = conformance_file("tokenization_hf_tokenizers.json");
  if (!file) return;
  const auto& c = file->at("bpe_trainer_used_by_wordpiece");
  Words words;
  for (const auto& item : c.at("word_counts").items()) words.push_back({item.key(), item.value().get<int64_t>()});
  const Strings want = c.at("expected_vocab_in_id_order");
  CHECK(without_special(words, {.min_frequency = c.at("min_frequency"), .inside = ""}) == want);
}

TEST_CASE("Hugging Face's case of training from texts holds", "[conformance]") {
  const auto file = conformance_file("tokenization_hf_tokenizers.json");
  if (!file) return;
  const auto& c = file->at("bert_wordpiece_encode").at("train_from_iterator");
  text::WordCounts counts;
  for (const auto& line : c.at("texts")) counts.add(line.get<std::string>());
  const text::Tokenizer tokenizer(text::trained_vocabulary(counts.words()));
  CHECK(tokens(tokenizer, c.at("encode").get<std::string>()) == c.at("tokens").get<Strings>());
}

// Of TensorFlow Text's learner, which goes from long pieces to short ones, the alphabet is ours too: which characters
// are the most frequent, and which of equally frequent ones stay.
TEST_CASE("TensorFlow Text's cases of the alphabet hold", "[conformance]") {
  const auto file = conformance_file("tokenization_tf_text.json");
  if (!file) return;
  int held = 0;
  for (const auto& c : file->at("groups").at("wordpiece_vocab_learner").at("cases")) {
    const auto& params = c.at("params");
    const std::string test = c.at("test");
    if (test != "testExtractCharTokens" && test != "testGetAllowedChars") continue;
    CAPTURE(params);
    Strings names;
    for (const auto& item : params.at("word_counts")) names.push_back(item.at(0));
    Words words;
    for (std::size_t i = 0; i < names.size(); ++i)
      words.push_back({names[i], params.at("word_counts").at(i).at(1).get<int64_t>()});
    const bool is_limited = test == "testGetAllowedChars";  // to five
    Strings got;
    for (const char32_t letter : text::alphabet(words, is_limited ? 5 : 100))
      got.push_back(text::encoded({&letter, 1}));
    CHECK(got == params.at(is_limited ? "expected_chars" : "expected").get<Strings>());
    ++held;
  }
  CHECK(held == 4);
}
