#include "bert/tasks/questions/squad_windows.h"

#include "bert/data/random.h"
#include "bert/io/files/file.h"
#include "core/real.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/scratch.h"
#include "tests/text/sha256.h"
#include "tests/text/tokenizers.h"

using namespace bertlet::tasks;
using Catch::Matchers::ContainsSubstring;

namespace {

using Ids = std::vector<int64_t>;
using Json = nlohmann::json;

// A file of one passage and one question.
std::string squad_json(const std::string& passage, const std::string& question, const Json& answers,
                       bool impossible = false) {
  const Json asked = {{"id", "q1"}, {"question", question}, {"answers", answers}, {"is_impossible", impossible}};
  const Json paragraph = {{"context", passage}, {"qas", {asked}}};
  return Json{{"version", "v2.0"}, {"data", {{{"title", "t"}, {"paragraphs", {paragraph}}}}}}.dump();
}

Json answer_json(const std::string& text, int64_t start) { return {{{"text", text}, {"answer_start", start}}}; }

// Every letter is a token, and so is every letter inside a word.
text::Tokenizer letters() {
  Strings vocabulary = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", "(", ")"};
  for (char c = 'a'; c <= 'z'; ++c) vocabulary.insert(vocabulary.end(), {std::string(1, c), "##" + std::string(1, c)});
  return toy(vocabulary, google());
}

std::string shown(const SquadWindows& windows, const Window& window) {
  std::string text;
  for (const std::string& name : names(windows.tokenizer(), windows.ids(window)))
    text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string joined(const Ids& values, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i)
    text += (i == 0 ? "" : ",") + std::to_string(i < values.size() ? values[i] : 0);
  return text;
}

// One line for a window, as the published hash is made from.
std::string line(const SquadWindows& windows, const Window& window, std::size_t length) {
  const bool impossible = windows.squad().questions[bertlet::to_size(window.question)].impossible;
  return joined(windows.ids(window), length) + "|" + joined(windows.types(window), length) + "|" +
         std::to_string(window.answer_begin) + "," + std::to_string(window.answer_last) + "," +
         (impossible ? "True" : "False") + "\n";
}

void check_kept(const SquadWindows& windows, const Json& want) {
  const auto question = want.at("example_index").get<int64_t>();
  const auto number = want.at("doc_span_index").get<std::size_t>();
  CAPTURE(question, number);
  const auto mine = windows.of(question);
  REQUIRE(number < mine.size());
  const Window& window = mine[number];
  CHECK(names(windows.tokenizer(), windows.ids(window)) == want.at("tokens").get<Strings>());
  CHECK(window.length() == want.at("n_real"));
  CHECK(window.answer_begin == want.at("start_position"));
  CHECK(window.answer_last == want.at("end_position"));
  const auto& words = windows.passage(window).tokens.words;
  const auto best = best_windows(mine);
  CHECK(want.at("token_to_orig_map").size() == bertlet::to_size(window.end - window.begin));
  for (const auto& [column, word] : want.at("token_to_orig_map").items()) {
    const auto token = bertlet::to_size(window.token_at(std::stoll(column)));
    CHECK(words.at(token) == word.get<int64_t>());
    CHECK((best[token] == number) == want.at("token_is_max_context").at(column).get<bool>());
  }
}

}  // namespace

TEST_CASE("A hash is the published one") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("Questions are read with their passages and answers") {
  const Squad squad = parse_squad(squad_json("naïve cats sat", "who?", answer_json("cats", 6)), "f");
  REQUIRE(squad.questions.size() == 1);
  CHECK(squad.passages == Strings{"naïve cats sat"});
  CHECK(squad.questions[0].id == "q1");
  CHECK(squad.questions[0].text == "who?");
  CHECK(squad.questions[0].answers[0].text == "cats");
  CHECK_FALSE(squad.questions[0].impossible);
  CHECK(parse_squad(squad_json("x", "y", Json::array(), true), "f").questions[0].impossible);
  const std::string bare = R"({"data": [{"paragraphs": [{"context": "x", "qas": [{"id": "1", "question": "y"}]}]}]})";
  CHECK(parse_squad(bare, "f").questions[0].answers.empty());  // as in SQuAD 1.1's and in questions to be answered
}

TEST_CASE("A file that is no SQuAD is told with its place") {
  const auto check = [](const std::string& json, const std::string& message) {
    CHECK_THROWS_WITH(parse_squad(json, "f.json"), ContainsSubstring(message));
  };
  check("[1", "f.json: line 1");
  check("[]", "f.json: got a list, want an object");
  check("{}", "f.json: 'data' is missing");
  check(R"({"data": 3})", "f.json: data: got 3, want a list");
  check(R"({"data": [{"paragraphs": [{"qas": []}]}]})", "f.json: data.[0].paragraphs.[0]: 'context' is missing");
  check(R"({"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 7, "question": "y"}]}]}]})",
        "qas.[0].id: got 7, want a string");
  check(squad_json("naïve", "who?", answer_json("ve", 4)),
        "answer_start: got 4, want an answer inside the passage of 5");
  check(squad_json("naïve", "who?", answer_json("ve", -1)), "answers.[0].answer_start: got -1");
  check(squad_json("x", "y", {{{"text", "x"}}}), "answers.[0]: 'answer_start' is missing");
}

TEST_CASE("Broken files are refused and do no harm") {
  const std::string whole = squad_json("the cat sat on a mat", "who sat?", answer_json("cat", 4));
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    CHECK_THROWS_AS(parse_squad(whole.substr(0, size), "f"), bertlet::Error);
  bertlet::data::Random random({.seed = 1});
  for (int i = 0; i < 2000; ++i) {
    std::string broken = whole;
    for (int j = 0; j < 3; ++j)
      broken[bertlet::to_size(random.below(std::ssize(broken)))] = static_cast<char>(random.below(256));
    try {
      const Squad squad = parse_squad(broken, "f");
      const text::Tokenizer tokenizer = letters();
      SquadWindows(squad, tokenizer, {.max_length = 20, .stride = 4, .max_question_length = 5}, Use::training);
    } catch (const bertlet::Error&) {
    }
  }
}

TEST_CASE("A passage is cut into windows that overlap, each beside the question") {
  const Squad squad = parse_squad(squad_json("a b c d e f g", "who is?", answer_json("e f", 8)), "f");
  const text::Tokenizer tokenizer = letters();
  const SquadWindows windows(squad, tokenizer, {.max_length = 9, .stride = 2, .max_question_length = 2}, Use::training);
  REQUIRE(windows.all().size() == 3);
  CHECK(shown(windows, windows.all()[0]) == "[CLS] w ##h [SEP] a b c d [SEP]");
  CHECK(shown(windows, windows.all()[1]) == "[CLS] w ##h [SEP] c d e f [SEP]");
  CHECK(shown(windows, windows.all()[2]) == "[CLS] w ##h [SEP] e f g [SEP]");
  CHECK(windows.types(windows.all()[2]) == Ids{0, 0, 0, 0, 1, 1, 1, 1});
  CHECK(windows.all()[0].answer_begin == 0);  // not here: [CLS]
  CHECK(windows.all()[0].answer_last == 0);
  CHECK(windows.all()[1].answer_begin == 6);
  CHECK(windows.all()[1].answer_last == 7);
  CHECK(windows.all()[2].answer_begin == 4);
  // c has 0 on its left in the second window, 1 on its right in the first; e has 1 in the second; f, 0 and 1.
  CHECK(best_windows(windows.of(0)) == std::vector<std::size_t>{0, 0, 0, 1, 1, 2, 2});
}

TEST_CASE("An answer inside words is found among their tokens") {
  const text::Tokenizer tokenizer = letters();
  const auto answer = [&](const std::string& passage, const std::string& text, int64_t start) {
    const Passage cut = passage_of(passage, tokenizer);
    return tokens_of({text, start}, passage, cut, tokenizer);
  };
  CHECK(answer("x (ab). y", "ab", 3) == text::Span{2, 3});
  CHECK(answer("x (ab). y", "(ab).", 2) == text::Span{1, 5});
  CHECK(answer("x abc y", "bc", 3) == text::Span{1, 3});  // b c are other tokens than ##b ##c: the whole word
  CHECK(answer("x  a\nb", "a b", 3) == text::Span{1, 2});
  CHECK_FALSE(answer("x a b", "c", 2));
  CHECK_FALSE(answer("x a b", "", 2));
  CHECK_FALSE(answer("   ", "a", 0));
}

TEST_CASE("Questions whose answer is not known are left out of training") {
  const text::Tokenizer tokenizer = letters();
  const auto count = [&](const Json& answers, bool impossible, Use use) {
    const Squad squad = parse_squad(squad_json("a b", "who?", answers, impossible), "f");
    const SquadWindows windows(squad, tokenizer, {}, use);
    CHECK(windows.left_out() == (windows.all().empty() ? 1 : 0));
    CHECK(windows.of(0).size() == windows.all().size());
    return windows.all().size();
  };
  CHECK(count(answer_json("a", 0), false, Use::training) == 1);
  CHECK(count(answer_json("a", 2), false, Use::training) == 0);  // b stands there
  CHECK(count(Json::array(), false, Use::training) == 0);
  CHECK(count(Json::array(), true, Use::training) == 1);
  CHECK(count(answer_json("a", 2), false, Use::predicting) == 1);
}

TEST_CASE("Windows without room are refused, and an empty passage has none") {
  const text::Tokenizer tokenizer = letters();
  const Squad squad = parse_squad(squad_json("a b", "who?", Json::array()), "f"),
              empty = parse_squad(squad_json(" ", "y", Json::array()), "f");
  CHECK_THROWS_WITH(SquadWindows(squad, tokenizer, {.max_length = 7}, Use::predicting),
                    ContainsSubstring("question 'q1' of 4 tokens leaves no room for the text in windows of 7"));
  CHECK_THROWS_WITH(SquadWindows(squad, tokenizer, {.stride = 0}, Use::predicting), ContainsSubstring("stride of 0"));
  CHECK(SquadWindows(empty, tokenizer, {}, Use::predicting).of(0).empty());
}

TEST_CASE("All windows of 1407 questions are Google's", "[conformance][threads]") {
  const auto path = conformance_path("squad2_subset/dev_v2_5articles.json");
  const auto tokenizer = published("uncased", google());
  if (!path || !tokenizer) return;
  const Squad squad = parse_squad(bertlet::io::read_file(*path), *path);
  for (const std::string name : {"384_128", "64_16"}) {
    const auto file = conformance_file("generated_google/squad_features_" + name + ".json");
    if (!file) return;
    const Json& args = file->at("meta").at("args");
    const SquadWindows windows(squad, *tokenizer,
                               {.max_length = args.at("max_seq_length"),
                                .stride = args.at("doc_stride"),
                                .max_question_length = args.at("max_query_length")},
                               Use::training);
    CHECK(windows.all().size() == file->at("features"));
    CHECK(windows.left_out() == 0);
    std::string all;
    for (const Window& window : windows.all()) all += line(windows, window, args.at("max_seq_length"));
    CHECK(sha256(all) == file->at("sha256_of_all").get<std::string>());
    CHECK(file->at("kept").size() >= 40);
    for (const Json& kept : file->at("kept")) check_kept(windows, kept);
  }
}

TEST_CASE("Features of classifiers are Google's", "[conformance]") {
  const auto file = conformance_file("generated_google/classifier_features.json");
  const auto tokenizer = published("uncased", google());
  if (!file || !tokenizer) return;
  for (const auto& c : file->at("classifier_features")) {
    const auto first = c.at("text_a").get<std::string>();
    const text::EncodeOptions options{.max_length = c.at("max_seq_length")};
    std::vector<text::Encoding> one = {c.at("text_b").is_null()
                                           ? tokenizer->encode(first, options)
                                           : tokenizer->encode(first, c.at("text_b").get<std::string>(), options)};
    text::pad(one, {.id = tokenizer->pad_id(), .length = c.at("max_seq_length")});
    CHECK(one[0].ids == c.at("input_ids").get<Ids>());
    CHECK(one[0].mask == c.at("input_mask").get<Ids>());
    CHECK(one[0].types == c.at("segment_ids").get<Ids>());
  }
  for (const auto& c : file->at("truncate_seq_pair_lengths")) {
    const auto tokens = [](std::size_t size) {
      return text::Tokens{.ids = Ids(size, 7), .bytes = {}, .characters = {}, .words = {}};
    };
    const text::Tokens first = tokens(c.at("len_a")), second = tokens(c.at("len_b"));
    const text::Encoding cut = text::assembled(first, &second, {.cls = {}, .sep = {}, .rules = text::Rules::google},
                                               {.special = false, .max_length = c.at("max"), .keep = text::Keep::ids});
    CHECK(std::ranges::count(cut.types, 0) == c.at("out_len_a"));
    CHECK(std::ranges::count(cut.types, 1) == c.at("out_len_b"));
  }
}
