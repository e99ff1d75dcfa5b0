#include "bert/metrics/entities.h"

#include <fstream>
#include <sstream>

#include "tests/catch.h"
#include "tests/conformance.h"

using namespace bertlet::metrics;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

using Entities = std::vector<Entity>;
using Json = nlohmann::json;

// The tags of a sentence, written with spaces.
Tags tags(const std::string& text) {
  std::istringstream stream(text);
  Tags tags;
  for (std::string tag; stream >> tag;) tags.push_back(tag);
  return tags;
}

Entities strictly(Scheme scheme, const std::string& text) { return spans_of(tags(text), scheme); }
Entities leniently(const std::string& text) { return spans_of(tags(text)); }

void check(const Scores& got, const Json& want) {
  CHECK(got.precision == Approx(want.at(0).get<double>()));
  CHECK(got.recall == Approx(want.at(1).get<double>()));
  CHECK(got.f1 == Approx(want.at(2).get<double>()));
  CHECK(got.support == want.at(3).get<double>());
}

// The file has a token, its part of speech, gold and predicted tag on a line; sentences end at empty lines.
std::pair<std::vector<Tags>, std::vector<Tags>> read_columns(const std::string& path) {
  std::vector<Tags> gold(1), predicted(1);
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const Tags columns = tags(line);
    if (columns.size() < 4) {
      gold.emplace_back();
      predicted.emplace_back();
      continue;
    }
    gold.back().push_back(columns[2]);
    predicted.back().push_back(columns[3]);
  }
  return {gold, predicted};
}

void check_transitions(const Json& table, Scheme scheme) {
  CHECK(table.size() == 13);
  for (const auto& row : table) {
    const auto previous = row.at(0).get<std::string>(), tag = row.at(1).get<std::string>();
    CAPTURE(previous, tag);
    const auto want = row.at(2).get<std::vector<int>>();
    CHECK(transition(parse_tag(previous), parse_tag(tag), scheme) ==
          Transition{want[0] == 1, want[1] == 1, want[2] == 1});
  }
}

}  // namespace

TEST_CASE("Tags of every scheme are read leniently") {
  const Entities want = {{"PER", 0, 2}, {"LOC", 3, 4}, {"LOC", 4, 7}};
  CHECK(leniently("B-PER I-PER O B-LOC B-LOC I-LOC I-LOC") == want);
  CHECK(leniently("I-PER I-PER O I-LOC B-LOC I-LOC I-LOC") == want);
  CHECK(leniently("I-PER E-PER O E-LOC I-LOC I-LOC E-LOC") == want);
  CHECK(leniently("B-PER E-PER O S-LOC B-LOC I-LOC E-LOC") == want);
  CHECK(leniently("B-PER L-PER O U-LOC B-LOC I-LOC L-LOC") == want);
  CHECK(leniently("B-PER E-PER O S-LOC B-LOC M-LOC E-LOC") == want);
}

TEST_CASE("Leniently an entity begins wherever one can") {
  CHECK(leniently("O I-PER") == Entities{{"PER", 1, 2}});
  CHECK(leniently("I-PER I-LOC") == Entities{{"PER", 0, 1}, {"LOC", 1, 2}});
  CHECK(leniently("B-PER I-LOC") == Entities{{"PER", 0, 1}, {"LOC", 1, 2}});
  CHECK(leniently("E-PER E-PER") == Entities{{"PER", 0, 1}, {"PER", 1, 2}});
  CHECK(leniently("S-PER I-PER") == Entities{{"PER", 0, 1}, {"PER", 1, 2}});
  CHECK(leniently("O O").empty());
  CHECK(leniently("").empty());
  CHECK(leniently("I") == Entities{{"_", 0, 1}});
}

TEST_CASE("Strictly only what keeps to the scheme is an entity") {
  using enum Scheme;
  CHECK(strictly(iob2, "I-PER I-PER B-LOC I-LOC I-PER") == Entities{{"LOC", 2, 4}});
  CHECK(strictly(iob1, "I-PER B-PER I-PER I-LOC") == Entities{{"PER", 0, 1}, {"PER", 1, 3}, {"LOC", 3, 4}});
  CHECK(strictly(iob1, "B-PER O I-PER") == Entities{{"PER", 2, 3}});
  CHECK(strictly(ioe1, "I-PER E-PER I-PER O") == Entities{{"PER", 0, 2}, {"PER", 2, 3}});
  CHECK(strictly(ioe1, "I-PER E-PER O").empty());
  CHECK(strictly(ioe2, "I-PER E-PER E-LOC I-LOC O") == Entities{{"PER", 0, 2}, {"LOC", 2, 3}});
  CHECK(strictly(ioe2, "I-PER E-LOC") == Entities{{"LOC", 1, 2}});
  CHECK(strictly(iobes, "B-PER E-PER S-LOC B-LOC I-LOC O") == Entities{{"PER", 0, 2}, {"LOC", 2, 3}});
  CHECK(strictly(iobes, "B-PER E-LOC E-PER").empty());
  CHECK(strictly(bilou, "B-PER I-PER L-PER U-LOC I-LOC") == Entities{{"PER", 0, 3}, {"LOC", 3, 4}});
  CHECK(strictly(bmes, "B-PER M-PER E-PER S-LOC M-LOC") == Entities{{"PER", 0, 3}, {"LOC", 3, 4}});
}

TEST_CASE("Schemes have names") {
  CHECK(find_scheme("BIO") == Scheme::iob2);
  CHECK(find_scheme("BIOES") == Scheme::iobes);
  CHECK(find_scheme("BMES") == Scheme::bmes);
  CHECK(find_scheme("bio") == Scheme::iob2);
  CHECK(name(Scheme::iob2) == "BIO");
  CHECK_FALSE(find_scheme("b"));
  CHECK(is_tag("M-PER", Scheme::bmes));
  CHECK_FALSE(is_tag("M-PER", Scheme::iobes));
}

TEST_CASE("The scheme is found from the labels there are") {
  const auto scheme = [](const std::string& labels) { return scheme_of(tags(labels)); };
  CHECK(scheme("O B-PER I-PER B-LOC") == Scheme::iob2);
  CHECK(scheme("O I-PER B-LOC I-LOC") == Scheme::iob1);
  CHECK(scheme("O I-PER E-PER") == Scheme::ioe2);
  CHECK(scheme("O B-PER I-PER E-PER S-PER") == Scheme::iobes);
  CHECK(scheme("O B-PER I-PER L-PER U-LOC") == Scheme::bilou);
  CHECK(scheme("O B-PER M-PER E-PER S-PER") == Scheme::bmes);
  CHECK_FALSE(scheme("O B-PER M-PER I-PER"));
}

TEST_CASE("Tags that are none are refused") {
  for (const char* tag : {"X-PER", "BPER", "o", "-PER"})
    CHECK_THROWS_WITH(leniently(tag), ContainsSubstring("got '" + std::string(tag) + "', want O or"));
  CHECK_THROWS_WITH(spans_of(Tags{""}), ContainsSubstring("got ''"));
  CHECK_THROWS_WITH(strictly(Scheme::iob2, "S-PER"), ContainsSubstring("got the prefix S, want one of IOB"));
  CHECK_THROWS_WITH(entity_report(std::vector<Tags>{}, std::vector<Tags>{}), ContainsSubstring("at least one"));
  CHECK_THROWS_WITH(entity_report(std::vector<Tags>{{"O"}, {"O"}}, std::vector<Tags>{{"O"}, {"O", "O"}}),
                    ContainsSubstring("got 2 tags for the 1 tokens of sentence 2"));
}

TEST_CASE("An entity ends with its sentence, and texts without any score 0") {
  const std::vector<Tags> gold = {tags("B-PER"), tags("I-PER")}, none = {tags("O"), tags("O")};
  CHECK(counts(entity_report(gold, gold)).at(0).right == 2);
  CHECK(averages(counts(entity_report(none, none))).micro.f1 == 0);
  CHECK(tag_accuracy(entity_report(none, none)) == 1);
  CHECK(conlleval_text(entity_report(none, none)) ==
        "processed 2 tokens with 0 phrases; found: 0 phrases; correct: 0.\n"
        "accuracy: 100.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00\n");
}

TEST_CASE("Entities have a table") {
  const EntityReport report =
      entity_report(std::vector<Tags>{tags("B-PER I-PER B-LOC")}, std::vector<Tags>{tags("B-PER O B-LOC")});
  CHECK(table(named_counts(report)) ==
        "          precision  recall      F1  support\n"
        "LOC          1.0000  1.0000  1.0000        1\n"
        "PER          0.0000  0.0000  0.0000        1\n"
        "\n"
        "micro        0.5000  0.5000  0.5000        2\n"
        "macro        0.5000  0.5000  0.5000        2\n"
        "weighted     0.5000  0.5000  0.5000        2\n");
}

TEST_CASE("conlleval's own table comes out", "[conformance]") {
  const auto file = conformance_file("metrics.json");
  const auto data = conformance_path("data/seqeval_ground_truth.txt");
  if (!file || !data) return;
  std::string want;
  for (const std::string line : file->at("seqeval").at("conlleval_ground_truth").at("conlleval_output"))
    if (!line.empty()) want += line + '\n';
  const auto [gold, predicted] = read_columns(*data);
  CHECK(conlleval_text(entity_report(gold, predicted)) == want);
}

TEST_CASE("seqeval's tests hold", "[conformance]") {
  const auto file = conformance_file("metrics.json");
  if (!file) return;
  const Json& seqeval = file->at("seqeval");
  check_transitions(seqeval.at("IOB1_start_inside_end(prev,tok)"), Scheme::iob1);
  check_transitions(seqeval.at("IOB2_start_inside_end(prev,tok)"), Scheme::iob2);
  for (const auto& c : seqeval.at("tag_parse")) {
    const auto text = c.at(0).get<std::string>();
    CHECK(std::string(1, parse_tag(text).prefix) == c.at(1).get<std::string>());
    CHECK(parse_tag(text).type == c.at(2).get<std::string>());
  }
  for (const auto& c : seqeval.at("entities")) {  // seqeval numbers tokens over sentences, and so do these
    Tags all = c.at("tags").get<Tags>();
    if (c.contains("then")) {
      all.emplace_back("O");
      for (const std::string tag : c.at("then")) all.push_back(tag);
    }
    Entities want;
    for (const auto& e : c.at("entities")) want.push_back({e.at(0), e.at(1), e.at(2).get<int64_t>() + 1});
    CHECK(spans_of(all) == want);
  }
}

TEST_CASE("seqeval's scores hold", "[conformance]") {
  const auto file = conformance_file("metrics.json");
  if (!file) return;
  const Json& seqeval = file->at("seqeval");
  const auto report_of = [](const Json& c, std::optional<Scheme> strict = {}) {
    return entity_report(c.at("gold").get<std::vector<Tags>>(), c.at("pred").get<std::vector<Tags>>(), strict);
  };
  for (const auto& c : seqeval.at("f1")) {
    const auto mode = c.at("mode").get<std::string>();
    const auto strict = mode == "strict IOB2" ? std::optional(Scheme::iob2) : std::nullopt;
    CHECK(averages(counts(report_of(c, strict))).micro.f1 == c.at("f1").get<double>());
  }
  const Json& prf = seqeval.at("prf");
  const EntityReport report = report_of(prf);
  CHECK(report.types.size() == 3);
  for (const auto& [type, want] : prf.at("per_class").items()) check(scores(report.types.at(type)), want);
  const Averages means = averages(counts(report));
  check(means.micro, prf.at("micro"));
  check(means.macro, prf.at("macro"));
  check(means.weighted, prf.at("weighted"));

  const Json& measure = seqeval.at("performance_measure");
  const TagCounts tags = report_of(measure).tags;
  CHECK(tags.right == measure.at("out").at("TP"));
  CHECK(tags.wrong == measure.at("out").at("FP"));
  CHECK(tags.missed == measure.at("out").at("FN"));
  CHECK(tags.outside == measure.at("out").at("TN"));

  const auto same = file->at("seqeval_hf").at("refs").get<std::vector<Tags>>();
  CHECK(averages(counts(entity_report(same, same))).micro.f1 == file->at("seqeval_hf").at("all"));
  CHECK(tag_accuracy(entity_report(same, same)) == 1);
}
