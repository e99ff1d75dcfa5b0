#include "bert/tasks/tables/examples.h"
#include "bert/tasks/tables/objects.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using bertlet::Error;
using Catch::Matchers::EndsWith;
using Cells = std::vector<std::string>;

namespace {

Table table_of(const std::string& name, const std::string& bytes, const TableOptions& options = {}) {
  const Scratch scratch;
  return read_table(scratch.write(name, bytes), options);
}

Table collected(const std::string& name, const std::string& bytes) {
  return table_of(name, bytes, {.bad_rows = BadRows::collected});
}

Examples examples(const std::string& name, const std::string& bytes, const ExampleOptions& options = {}) {
  return examples_of(table_of(name, bytes, options.table), options);
}

// What is wrong with a file: the error's text behind the folder.
void check_refused(const std::string& name, const std::string& bytes, const std::string& error) {
  CAPTURE(name, bytes.substr(0, 80));
  CHECK_THROWS_WITH(table_of(name, bytes), EndsWith('/' + error));
}

}  // namespace

TEST_CASE("TSV has a header if a well-known name is in its first row") {
  const Table with = table_of("f.tsv", "Label\tSentence\n1\ta \"b\n0\t\n");
  CHECK(with.columns == Cells{"Label", "Sentence"});
  REQUIRE(with.rows.size() == 2);
  CHECK(with.rows[0].cells == Cells{"1", "a \"b"});
  CHECK(with.rows[0].line == 2);
  CHECK(with.rows[1].cells == Cells{"0", ""});

  const Table without = table_of("f.tsv", "1\tone\n0\ttwo");
  CHECK(without.columns == Cells{"1", "2"});
  CHECK(without.rows.size() == 2);
  CHECK(table_of("f.tsv", "a\tb\nc\td\n", {.header = Header::present}).columns == Cells{"a", "b"});
  CHECK(table_of("f.tsv", "text\tlabel\nc\td\n", {.header = Header::absent}).rows.size() == 2);
}

TEST_CASE("Columns are found by name and by number") {
  const Table table = table_of("f.tsv", "label\ttext\n1\ta\n");
  CHECK(table.column("text") == 1);
  CHECK(table.column("2") == 1);
  CHECK_THROWS_WITH(table.column("3"), EndsWith("/f.tsv: has no column '3', only label, text"));
  CHECK_THROWS_WITH(table.column("texts"), EndsWith("/f.tsv: has no column 'texts', only label, text"));
}

TEST_CASE("CSV has quotes, which may hold commas, quotes and line ends") {
  const Table table = table_of("f.csv", "text,label\r\n\"a, \"\"b\"\"\r\nc\",1\r\n\"\",\"2\"\r\n,3\r\n");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0].cells == Cells{"a, \"b\"\r\nc", "1"});
  CHECK(table.rows[1].cells == Cells{"", "2"});
  CHECK(table.rows[1].line == 4);
  CHECK(table.rows[2].cells == Cells{"", "3"});
}

TEST_CASE("JSON is a list of objects, or an object a line") {
  for (const auto* bytes :
       {"[{\"label\": 7, \"text\": \"a ] , \\\" b\"},\n {\"text\": null, \"label\": [\"x\", \"y\"], \"more\": 1}]\n",
        "{\"label\": 7, \"text\": \"a ] , \\\" b\"}\n{\"text\": null, \"label\": [\"x\", \"y\"], \"more\": 1}\n\n"}) {
    const Table table = table_of("f.json", bytes);
    CHECK(table.columns == Cells{"label", "text"});
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].cells == Cells{"7", "a ] , \" b"});
    CHECK(table.rows[1].cells == Cells{"[\"x\",\"y\"]", ""});
    CHECK(table.rows[1].line == 2);
    CHECK(values_of(table.rows[1].cells[0]) == Cells{"x", "y"});
  }
}

TEST_CASE("A cell may hold several values") {
  CHECK(values_of("").empty());
  CHECK(values_of("a") == Cells{"a"});
  CHECK(values_of("a, b,c ") == Cells{"a", "b", "c"});
  CHECK(values_of("[1, \"b,c\"]") == Cells{"1", "b,c"});
  CHECK_THROWS_AS(values_of("[1"), Error);
}

TEST_CASE("A byte order mark, CR LF and blank lines are no part of the rows") {
  const Table table = table_of("f.tsv", "\xEF\xBB\xBFtext\tlabel\r\n\r\na\tb\r\n\r\n");
  CHECK(table.columns == Cells{"text", "label"});
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].cells == Cells{"a", "b"});
  CHECK(table.rows[0].line == 3);
}

TEST_CASE("What is wrong with a file is said in one line, with its number") {
  using std::string;
  check_refused("f.tsv", "", "f.tsv: is empty");
  check_refused("f.tsv", " \n\r\n\t\n", "f.tsv: is empty");
  check_refused("f.tsv", "text\tlabel\n", "f.tsv: has no rows");
  check_refused("f.json", "[]", "f.json: has no rows");
  check_refused("f.tsv", "\xFF\xFEt\0e\0", "f.tsv: is UTF-16, want UTF-8");
  check_refused("f.tsv", "a\tb\nc\n", "f.tsv:2: has 1 columns, want 2 as the first row has");
  check_refused("f.tsv", "a\tb\nc\td\te\n", "f.tsv:2: has 3 columns, want 2 as the first row has");
  check_refused("f.tsv", string("a\tb\n") + '\0' + "\td\n", "f.tsv:2: has a NUL at byte 1, want text");
  check_refused("f.tsv", "a\tb\ncaf\xE9\td\n", "f.tsv:2: is not UTF-8 at byte 4: got 0xE9");
  check_refused("f.tsv", "a\tb\n" + string(longest_row + 1, 'x') + "\n",
                "f.tsv:2: is 16777217 bytes long, want at most 16777216: are line ends or a quote missing?");
  check_refused("f.csv", "a,b\nc,\"d\ne,f\n", "f.csv:2: a quote is opened and not closed");
  check_refused("f.csv", "a,b\n\"c\"d,e\n", "f.csv:2: something stands between a closing quote and the next comma");
  check_refused("f.json", "{\"text\": \"a\"}\n{\"text\": }\n",
                "f.json:2: JSON: line 1, column 10: syntax error while parsing value - unexpected '}'; expected '[', "
                "'{', or a literal");
  check_refused("f.json", "{\"text\": \"a\"}\n[1]\n", "f.json:2: is array, want an object");
  check_refused("f.json", "{\"text\": \"a\"}\n{\"label\": 1}\n", "f.json:2: has no 'text', which the first row has");
  check_refused("f.json", "{\"text\": \"a\\u0000\"}\n", "f.json:1: has a NUL in 'text', want text");
  check_refused("f.json", "[{\"text\": \"a\"}", "f.json:1: the list is not closed");
  check_refused("f.json", "[{\"text\": \"a\"}]\n1", "f.json:1: something stands behind the list");
}

TEST_CASE("Rows that cannot be read are collected where the others are wanted") {
  const Table table = collected("f.csv", "text,label\na,1\n\"b,2\nc,3,4\n\xFF,5\nd,6\n");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[1].cells == Cells{"d", "6"});
  REQUIRE(table.bad_rows.size() == 3);
  CHECK(table.bad_rows[0].line == 3);
  CHECK(table.bad_rows[1].line == 4);
  CHECK(table.bad_rows[2].line == 5);
  CHECK(collected("f.jsonl", "{\"text\": 1}\n{\n{\"text\": 2}").rows.size() == 2);
}

TEST_CASE("Text, second text and label are found by well-known names") {
  const auto chosen = [](const std::string& header, Texts texts) {
    const std::string row(static_cast<std::size_t>(std::ranges::count(header, '\t')), '\t');
    const Examples read = examples("f.tsv", header + "\nx" + row + '\n', {texts, LabelColumn::if_there});
    return text_of(read.columns);
  };
  CHECK(chosen("sentence\tlabel", Texts::one) == "text: sentence, label: label");
  CHECK(chosen("keywords\tlabel\tlabel_desc\tsentence", Texts::one) == "text: sentence, label: label");
  CHECK(chosen("index\tsentence1\tsentence2\tscore", Texts::two) == "text: sentence1, text_b: sentence2, label: score");
  CHECK(chosen("index\tquestion\tsentence\tlabel", Texts::two) == "text: question, text_b: sentence, label: label");
  CHECK(chosen("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String", Texts::two) ==
        "text: #1 String, text_b: #2 String, label: Quality");
  CHECK(chosen("premise\thypothesis", Texts::two) == "text: premise, text_b: hypothesis");
}

TEST_CASE("Without a header, columns are found by their order") {
  const Examples one = examples("f.tsv", "a b\tx\n");
  CHECK(one.rows[0].text == "a b");
  CHECK(one.rows[0].label == "x");
  const Examples two = examples("f.tsv", "a\tb\tx\n", {.texts = Texts::two});
  CHECK(two.rows[0].text_b == "b");
  CHECK(two.rows[0].label == "x");
  const Examples chosen = examples("f.tsv", "x\ta\tb\n", {.columns = {.text = "3", .label = "1"}});
  CHECK(chosen.rows[0].text == "b");
  CHECK(chosen.rows[0].label == "x");
  CHECK(!examples("f.tsv", "a\n", {.label = LabelColumn::if_there}).labelled());
}

TEST_CASE("A column that is not found is asked for") {
  CHECK_THROWS_WITH(examples("f.tsv", "sentence\tno\na\tb\n"),
                    EndsWith("/f.tsv: which column is the label? Got sentence, no, want its name or number"));
  CHECK_THROWS_WITH(examples("f.tsv", "sentence\tlabel\na\tb\n", {.texts = Texts::two}),
                    EndsWith("/f.tsv: which column is the second text? Got sentence, label, want its name or number"));
}
