#include "bert/tasks/forms/examples.h"
#include "tests/catch.h"
#include "tests/paths.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Strings = std::vector<std::string>;

namespace {

Examples read(const std::string& name, const std::string& bytes, const ReadOptions& options) {
  const Scratch scratch;
  return read_examples(scratch.write(name, bytes), options);
}

ReadOptions plain() { return {.content = Content::plain}; }
ReadOptions choice() { return {.content = Content::choice}; }
ReadOptions question() { return {.content = Content::question}; }

std::string squad(const std::string& questions) {
  return R"({"data": [{"paragraphs": [{"context": "the cat sat", "qas": [)" + questions + "]}]}]}";
}

}  // namespace

TEST_CASE("Texts are lines, or a column of a table") {
  const Examples lines = read("texts.txt", "a cat\r\n\n  \nlabel\ttext\nlast", plain());
  REQUIRE(lines.rows.size() == 3);
  CHECK(lines.rows[0].text == "a cat");
  CHECK(lines.rows[1].text == "label\ttext");
  CHECK(lines.form == "a text a line");
  CHECK_THAT(lines.place(lines.rows[2]), EndsWith("texts.txt:5"));
  const Examples table = read("texts.tsv", "label\ttext\nno\ta cat\n", plain());
  CHECK(table.rows.at(0).text == "a cat");
  CHECK(!table.labelled);
  CHECK(table.rows[0].label.empty());
  CHECK(read("texts.txt", "a cat\t1\na dog\t2\n", plain()).rows.at(1).text == "a dog");
  CHECK(read("texts.txt", "{\"text\": \"a cat\"}\n", plain()).rows.at(0).text == "a cat");
  const std::string broken = "a cat\n\xff\n";
  CHECK_THROWS_WITH(read("f.txt", broken, plain()), EndsWith("/f.txt:2: is not UTF-8 at byte 1: got 0xFF"));
  const Examples rest = read("f.txt", broken, {.content = Content::plain, .bad_rows = BadRows::collected});
  CHECK(rest.rows.size() == 1);
  CHECK(rest.bad_rows.at(0).line == 2);
}

TEST_CASE("SWAG's tables have a text, a beginning and endings") {
  const Examples swag = read("f.csv",
                             ",video-id,sent1,sent2,ending0,ending1,label\n"
                             "0,v7,She sat.,Then she,\"ran, fast\",slept,1\n",
                             choice());
  CHECK(swag.form == "CSV with a header, as SWAG's; text: sent1, text_b: sent2, label: label, 2 endings");
  CHECK(swag.rows[0].text == "She sat.");
  CHECK(swag.rows[0].text_b == "Then she");
  CHECK(swag.rows[0].parts == Strings{"ran, fast", "slept"});
  CHECK(swag.rows[0].label == "1");
  CHECK(swag.others == Strings{"", "video-id"});
  CHECK(swag.rows[0].others == Strings{"0", "v7"});
  const Examples list =
      read("f.jsonl", R"({"ctx_a": "a", "ctx_b": "b", "endings": ["c", "d", "e"], "label": 2})", choice());
  CHECK(list.rows[0].parts == Strings{"c", "d", "e"});
  CHECK_THROWS_WITH(read("f.csv", "sent1,ending0,label\na,b,0\n", choice()),
                    EndsWith("/f.csv: got the columns sent1, ending0, label, want ending0, ending1, …"));
  CHECK_THROWS_WITH(read("f.csv", "sent1,ending0,ending1\na,b,c\n", choice()), ContainsSubstring("want a label"));
  CHECK_THROWS_WITH(read("f.jsonl", R"({"ctx_a": "a", "endings": ["c"], "label": 0})", choice()),
                    EndsWith("/f.jsonl:1: has 1 endings, want at least 2"));
}

TEST_CASE("StoryCloze counts its endings from 1") {
  const std::string header =
      "InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,RandomFifthSentenceQuiz1,"
      "RandomFifthSentenceQuiz2,AnswerRightEnding\n";
  const Examples story = read("f.csv", header + "s1,A.,B.,C.,D.,E.,F.,2\n", choice());
  CHECK(story.form == "CSV with a header, as StoryCloze's: 4 sentences and 2 endings, counted from 1");
  CHECK(story.rows[0].text == "A. B. C. D.");
  CHECK(story.rows[0].parts == Strings{"E.", "F."});
  CHECK(story.rows[0].label == "1");
  CHECK(story.others == Strings{"InputStoryid"});
  CHECK_THROWS_WITH(read("f.csv", header + "s1,A.,B.,C.,D.,E.,F.,0\n", choice()),
                    EndsWith("/f.csv:2: got the label '0', want a number from 1 to 2"));
}

TEST_CASE("SQuAD's questions have a passage and answers") {
  const Examples read_questions = read("f.json", squad(R"(
      {"id": "1", "question": "who?", "answers": [{"text": "cat", "answer_start": 4}]},
      {"id": "2", "question": "why?", "answers": [], "is_impossible": true},
      {"id": "3", "question": "when?"})"),
                                       question());
  REQUIRE(read_questions.rows.size() == 3);
  CHECK(read_questions.form == "SQuAD's JSON, 1 passages");
  CHECK(read_questions.labelled);
  const Example& first = read_questions.rows[0];
  CHECK(first.text == "who?");
  CHECK(first.text_b == "the cat sat");
  CHECK(first.label == "there");
  CHECK(first.labels == Strings{"cat"});
  CHECK(first.places == std::vector<int64_t>{4});
  CHECK(first.others == Strings{"1"});
  CHECK(read_questions.rows[1].label == "none");
  CHECK(read_questions.rows[2].label.empty());
  CHECK(!read("f.json", squad(R"({"id": "3", "question": "when?"})"), question()).labelled);
  CHECK_THROWS_WITH(read("f.json", R"({"data": []})", question()), EndsWith("/f.json: has no questions"));
}

TEST_CASE("Questions may be rows of a table") {
  const Examples rows = read("f.jsonl",
                             R"({"id": "7", "context": "the cat sat", "question": "who?", )"
                             R"("answers": {"text": ["cat"], "answer_start": [4]}})"
                             "\n"
                             R"({"id": "8", "context": "the cat sat", "question": "why?", )"
                             R"("answers": {"text": [], "answer_start": []}})",
                             question());
  CHECK(rows.form == "JSON lines; text: question, text_b: context, label: answers");
  CHECK(rows.rows[0].labels == Strings{"cat"});
  CHECK(rows.rows[0].places == std::vector<int64_t>{4});
  CHECK(rows.rows[0].label == "there");
  CHECK(rows.rows[1].label == "none");
  CHECK(rows.rows[1].others == Strings{"8"});
  const Examples unanswered = read("f.tsv", "question\tpassage\nwho?\tthe cat\n",
                                   {.content = Content::question, .label = LabelColumn::if_there});
  CHECK(unanswered.rows[0].text_b == "the cat");
  CHECK(!unanswered.labelled);
  const std::string outside =
      R"({"context": "the cat", "question": "who?", "answers": {"text": ["cat"], "answer_start": [5]}})";
  CHECK_THROWS_WITH(read("f.jsonl", outside, question()),
                    ContainsSubstring("/f.jsonl:1: answers: answer_start.[0]: got 5, want an answer inside"));
}

TEST_CASE("Real files are read as they are", "[conformance]") {
  const std::filesystem::path data = std::string(paths::source) + "/../shared/data";
  if (!std::filesystem::exists(data)) {
    WARN("skipped: there is no ../shared/data");
    return;
  }
  const auto form = [&](const char* name, Content content) {
    const Examples examples = read_examples(data / name, {.content = content});
    return fmt::format("{}: {}", examples.rows.size(), examples.form);
  };
  CHECK(form("sst2_train.tsv", Content::text) == "6920: TSV without a header: 1 text, 2 label");
  CHECK(form("thucnews.txt", Content::text) == "10000: TSV without a header: 1 text, 2 label");
  CHECK(form("thucnews.txt", Content::plain) == "10000: TSV without a header: 1 text");
  CHECK(form("atec_pairs.txt", Content::pair) == "16000: TSV without a header: 1 text, 2 text_b, 3 label");
  CHECK(form("weibo_train.txt", Content::words) == "1350: words in columns, tag last; Weibo's positions dropped");
  CHECK(form("wikitext2_valid.txt", Content::plain) == "2461: a text a line");
}
