#include "bert/tasks/forms/table.h"

#include <algorithm>

#include "core/real.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet::tasks;
using bertlet::Error;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Cells = std::vector<std::string>;

namespace {

// A table with all its rows.
struct WholeTable {
  Cells columns;
  bool has_header;
  std::vector<Row> rows = {};
  std::vector<BadRow> bad_rows = {};
};

WholeTable table_of(const std::string& name, const std::string& bytes, const ColumnChoice& columns = {}) {
  Table table({name, plain_text(bytes, name), {.columns = columns}});
  WholeTable whole{table.columns(), table.has_header()};
  while (std::optional<Row> next = table.next())
    if (next->wrong.empty())
      whole.rows.push_back(std::move(*next));
    else
      whole.bad_rows.push_back({next->line, next->wrong});
  return whole;
}

Examples examples(const std::string& name, const std::string& bytes, const ReadOptions& options = {}) {
  const Scratch scratch;
  return read_examples(scratch.write(name, bytes), options);
}

// What is wrong with a file: the error's text behind the folder.
void check_refused(const std::string& name, const std::string& bytes, const std::string& error) {
  CAPTURE(name, bytes.substr(0, 80));
  CHECK_THROWS_WITH(examples(name, bytes, {.label = LabelColumn::if_there}), EndsWith('/' + error));
}

}  // namespace

TEST_CASE("TSV has a header if a well-known name is in its first row") {
  const WholeTable with = table_of("f.tsv", "Label\tSentence\n1\ta \"b\n0\t\n");
  CHECK(with.columns == Cells{"Label", "Sentence"});
  REQUIRE(with.rows.size() == 2);
  CHECK(with.rows[0].cells == Cells{"1", "a \"b"});
  CHECK(with.rows[0].line == 2);
  CHECK(with.rows[1].cells == Cells{"0", ""});

  const WholeTable without = table_of("f.tsv", "1\tone\n0\ttwo");
  CHECK(without.columns == Cells{"1", "2"});
  CHECK(without.rows.size() == 2);
  CHECK(table_of("f.tsv", "a\tb\nc\td\n", {.text = "b"}).columns == Cells{"a", "b"});
}

TEST_CASE("Columns are found by name and by number") {
  const Table table({"/f.tsv", "label\ttext\n1\ta\n", {}});
  CHECK(table.column("text") == 1);
  CHECK(table.column("2") == 1);
  CHECK_THROWS_WITH(table.column("3"), EndsWith("/f.tsv: has no column '3', only label, text"));
  CHECK_THROWS_WITH(table.column("texts"), EndsWith("/f.tsv: has no column 'texts', only label, text"));
}

TEST_CASE("CSV has quotes, which may hold commas, quotes and line ends") {
  const WholeTable table = table_of("f.csv", "text,label\r\n\"a, \"\"b\"\"\r\nc\",1\r\n\"\",\"2\"\r\n,3\r\n");
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
    const WholeTable table = table_of("f.json", bytes);
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
  const WholeTable table = table_of("f.tsv", "\xEF\xBB\xBFtext\tlabel\r\n\r\na\tb\r\n\r\n");
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
                "f.json:2: JSON: line 1, column 10: syntax error: got '}', want a value");
  check_refused("f.json", "{\"text\": \"a\"}\n[1]\n", "f.json:2: is array, want an object");
  check_refused("f.json", "{\"text\": \"a\"}\n{\"label\": 1}\n", "f.json:2: has no 'text', which the first row has");
  check_refused("f.json", "{\"text\": \"a\\u0000\"}\n", "f.json:1: has a NUL in 'text', want text");
  check_refused("f.json", "[{\"text\": \"a\"}", "f.json:1: the list is not closed");
  check_refused("f.json", "[{\"text\": \"a\"}]\n1", "f.json:1: something stands behind the list");
}

TEST_CASE("Rows that cannot be read are collected where the others are wanted") {
  const std::string bytes = "text,label\na,1\n\"b,2\nc,3,4\n\xFF,5\nd,6\n";
  const Examples read = examples("f.csv", bytes, {.bad_rows = BadRows::collected});
  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[1].text == "d");
  REQUIRE(read.bad_rows.size() == 3);
  CHECK(read.bad_rows[0].line == 3);
  CHECK(read.bad_rows[1].line == 4);
  CHECK(read.bad_rows[2].line == 5);
  CHECK(table_of("f.jsonl", "{\"text\": 1}\n{\n{\"text\": 2}").rows.size() == 2);
}

TEST_CASE("Text, second text and label are found by well-known names") {
  const auto chosen = [](const std::string& header, Content content) {
    const std::string row(bertlet::to_size(std::ranges::count(header, '\t')), '\t');
    const Examples read =
        examples("f.tsv", header + "\nx" + row + '\n', {.content = content, .label = LabelColumn::if_there});
    CHECK(read.form == "TSV with a header; " + text_of(read.columns));
    return text_of(read.columns);
  };
  const Content text = Content::text, pair = Content::pair;
  CHECK(chosen("sentence\tlabel", text) == "text: sentence, label: label");
  CHECK(chosen("keywords\tlabel\tlabel_desc\tsentence", text) == "text: sentence, label: label");
  CHECK(chosen("index\tsentence1\tsentence2\tscore", pair) == "text: sentence1, text_b: sentence2, label: score");
  CHECK(chosen("index\tquestion\tsentence\tlabel", pair) == "text: question, text_b: sentence, label: label");
  CHECK(chosen("id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", pair) ==
        "text: question1, text_b: question2, label: is_duplicate");
  CHECK(chosen("index\tgenre\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label", pair) ==
        "text: sentence1, text_b: sentence2, label: gold_label");
  CHECK(chosen("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String", pair) ==
        "text: #1 String, text_b: #2 String, label: Quality");
  CHECK(chosen("premise\thypothesis", pair) == "text: premise, text_b: hypothesis");
}

TEST_CASE("Without a header, columns are found by their order") {
  const Examples one = examples("f.tsv", "a b\tx\n");
  CHECK(one.rows[0].text == "a b");
  CHECK(one.rows[0].label == "x");
  CHECK(one.form == "TSV without a header: 1 text, 2 label");
  const Examples two = examples("f.tsv", "a\tb\tx\n", {.content = Content::pair});
  CHECK(two.rows[0].text_b == "b");
  CHECK(two.rows[0].label == "x");
  const Examples chosen = examples("f.tsv", "x\ta\tb\n", {.columns = {.text = "3", .label = "1"}});
  CHECK(chosen.rows[0].text == "b");
  CHECK(chosen.rows[0].label == "x");
  CHECK(chosen.others == Cells{"2"});
  CHECK(chosen.rows[0].others == Cells{"a"});
  CHECK(!examples("f.tsv", "a\n", {.label = LabelColumn::if_there}).labelled);
  CHECK(!examples("f.tsv", "text\na\n", {.label = LabelColumn::if_there, .columns = {.label = "label"}}).labelled);
}

TEST_CASE("CoLA's file without a header is known by its shape") {
  const Examples read = examples("f.tsv", "gj04\t1\t\tIt works.\ngj04\t0\t*\tThem works.\n");
  CHECK(read.form == "TSV without a header, as CoLA's: 4 text, 2 label");
  CHECK(read.rows[1].text == "Them works.");
  CHECK(read.rows[1].label == "0");
  CHECK(read.rows[1].others == Cells{"gj04", "*"});
}

TEST_CASE("A column that is not found is asked for") {
  CHECK_THROWS_WITH(examples("f.tsv", "sentence\tno\na\tb\n"),
                    EndsWith("/f.tsv: which column is the label? Got sentence, no, want its name or number"));
  CHECK_THROWS_WITH(examples("f.tsv", "sentence\tlabel\na\tb\n", {.content = Content::pair}),
                    EndsWith("/f.tsv: which column is the second text? Got sentence, label, want its name or number"));
}

namespace {

// Rows of a number, a sentence that no other row has, and one of three labels.
std::string lines_of(int count, const std::function<std::string(std::string, std::string, std::string)>& line) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += line(std::to_string(i), "sentence number " + std::to_string(i), std::string(1, "abc"[i % 3])) + '\n';
  return text;
}

}  // namespace

TEST_CASE("Columns that do not look like what they would be by their order are asked for") {
  const std::string label_first = lines_of(20, [](auto, auto text, auto label) { return label + '\t' + text; });
  CHECK_THROWS_WITH(examples("f.tsv", label_first),
                    EndsWith("/f.tsv: which column is the text? It would be column 1, but column 2 looks like texts "
                             "rather; want its number"));
  CHECK_THROWS_WITH(examples("f.tsv", label_first, {.columns = {.text = "2"}}),
                    EndsWith("/f.tsv: which column is the label? It would be column 2, but column 1 looks like labels "
                             "rather; want its number"));
  CHECK(examples("f.tsv", label_first, {.columns = {.text = "2", .label = "1"}}).rows[0].label == "a");
  const std::string numbered =
      lines_of(5, [](auto id, auto text, auto label) { return id + '\t' + text + '\t' + label; });
  CHECK_THROWS_WITH(examples("f.tsv", numbered), ContainsSubstring("which column is the text?"));
  const std::string pairs =
      lines_of(20, [](auto, auto text, auto label) { return text + "\tand " + text + '\t' + label; });
  CHECK_THROWS_WITH(examples("f.tsv", pairs), ContainsSubstring("but column 2 looks like texts too"));
  CHECK(examples("f.tsv", pairs, {.content = Content::pair}).rows.size() == 20);
  const std::string texts = lines_of(20, [](auto, auto text, auto) { return text + "\tso " + text; });
  CHECK_THROWS_WITH(examples("f.tsv", texts),
                    ContainsSubstring("which column is the label? Column 2 has 20 different"));
  CHECK(examples("f.tsv", lines_of(20, [](auto id, auto text, auto) { return text + '\t' + id; })).rows.size() == 20);
}

TEST_CASE("A header of names that nobody knows is none of the rows") {
  const std::string rows = lines_of(20, [](auto, auto text, auto label) { return text + '\t' + label; });
  CHECK_THROWS_WITH(examples("f.tsv", "comment\tmood\n" + rows),
                    EndsWith("which column is the text? Got comment, mood, want its name or number"));
  const Examples read = examples("f.tsv", "comment\tmood\n" + rows, {.columns = {.text = "comment", .label = "mood"}});
  CHECK(read.rows.size() == 20);
  CHECK(examples("f.tsv", "fine\tb\n" + rows).rows.size() == 21);
}

TEST_CASE("CSV may have semicolons or tabs instead of commas") {
  CHECK(table_of("f.csv", "text;label\n\"a;b\";1\n").rows.at(0).cells == Cells{"a;b", "1"});
  CHECK(table_of("f.csv", "text\tlabel\n\"a, b\"\t1\n").rows.at(0).cells == Cells{"a, b", "1"});
}

TEST_CASE("JSON is known by what stands in a file, too") {
  CHECK(examples("f.txt", "{\"text\": \"a\", \"label\": 1}\n").form == "JSON lines; text: text, label: label");
  CHECK(examples("f.txt", "[\n{\"text\": \"a\", \"label\": 1}]").form == "JSON list; text: text, label: label");
}

TEST_CASE("A file comes in blocks") {
  const Scratch scratch;
  ExampleReader reader(scratch.write("f.tsv", "text\tlabel\na\t1\nb\nc\t3\nd\t4\n"), {.bad_rows = BadRows::collected});
  Examples block;
  std::string texts;
  double done = 0;
  while (reader.next(block, 2)) {
    for (const Example& row : block.rows) texts += row.text;
    for (const BadRow& row : block.bad_rows) texts += std::to_string(row.line);
    texts += '|';
    CHECK(block.columns.text == "text");
    CHECK(reader.done() > done);
    done = reader.done();
  }
  CHECK(texts == "a3|cd|");
  CHECK(done == 1);
}
