// What a report of runs is made of; tests/apps/report_test.sh holds the whole page.
#include <cmath>
#include <limits>

#include "bert/io/files/file.h"
#include "bert/view/axis.h"
#include "bert/view/line_chart.h"
#include "bert/view/markup.h"
#include "bert/view/measure.h"
#include "bert/view/numbers.h"
#include "bert/view/run_report.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::view;

namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

std::string ticks(double low, double high, int most, Ends ends, Scale scale = Scale::linear) {
  std::string text;
  for (const Tick& tick : make_axis(low, high, most, ends, scale).ticks) text += (text.empty() ? "" : " ") + tick.text;
  return text;
}

std::size_t count(const std::string& text, const std::string& split) {
  std::size_t count = 0;
  for (std::size_t at = text.find(split); at != std::string::npos; at = text.find(split, at + 1)) ++count;
  return count;
}

RunHistory run_of(const Scratch& scratch, const std::string& metrics, const std::string& description = "{}") {
  scratch.write("run.json", description);
  scratch.write("metrics.jsonl", metrics);
  return read_run(scratch.path());
}

}  // namespace

TEST_CASE("Ticks are 1, 2 or 5 times a power of 10") {
  CHECK(ticks(0, 1, 5, Ends::at_ticks) == "0 0.2 0.4 0.6 0.8 1.0");
  CHECK(ticks(0.13, 0.31, 5, Ends::at_ticks) == "0.10 0.15 0.20 0.25 0.30 0.35");
  CHECK(ticks(2.1, 6.9, 5, Ends::at_ticks) == "2 3 4 5 6 7");
  CHECK(ticks(7, 93, 5, Ends::at_the_values) == "20 40 60 80");
  CHECK(ticks(0, 20000, 4, Ends::at_ticks) == "0 5k 10k 15k 20k");
  CHECK(ticks(0, 2500, 5, Ends::at_ticks) == "0 500 1000 1500 2000 2500");
  CHECK(ticks(-1, 1, 4, Ends::at_ticks) == "-1.0 -0.5 0 0.5 1.0");
  CHECK(ticks(0, 1e-4, 5, Ends::at_ticks) == "0 2e-5 4e-5 6e-5 8e-5 1e-4");
}

TEST_CASE("Ticks of a logarithmic axis thin out with its length") {
  const auto logarithmic = [](double low, double high) {
    return ticks(low, high, 6, Ends::at_ticks, Scale::logarithmic);
  };
  CHECK(logarithmic(3, 40) == "2 5 10 20 50");
  CHECK(logarithmic(30, 20000) == "10 100 1k 10k 100k");
  CHECK(logarithmic(1, 1e12) == "1 100 10k 1M 100M 10G 1e12");
}

TEST_CASE("A place on an axis is between 0 and 1") {
  const Axis linear = make_axis(0, 10, 5, Ends::at_ticks);
  CHECK(linear.place(2.5) == Approx(0.25));
  const Axis logarithmic = make_axis(1, 100, 6, Ends::at_ticks, Scale::logarithmic);
  CHECK(logarithmic.place(10) == Approx(0.5));
}

TEST_CASE("A range without a width gets one, and no range is too strange") {
  CHECK(ticks(3, 3, 4, Ends::at_ticks) == "1 2 3 4 5");
  CHECK(ticks(0, 0, 4, Ends::at_ticks) == "-1.0 -0.5 0 0.5 1.0");
  for (const double low : {-1e300, -1.0, 0.0, 5e-324, 1e-300, 1.0, 1e300})
    for (const double high : {0.0, 5e-324, 1.0, 1.0 + 1e-15, 1e17, 1e300})
      if (low <= high) {
        const Axis axis = make_axis(low, high, 6, Ends::at_ticks);
        CHECK(axis.ticks.size() >= 2);
        CHECK(axis.ticks.size() <= 12);
        const double slack = 1e-6 * (axis.high - axis.low);
        CHECK(axis.low <= low + slack);
        CHECK(axis.high >= high - slack);
      }
}

TEST_CASE("A long line is thinned, and its spikes stay") {
  std::vector<Point> points;
  for (int i = 0; i < 100000; ++i) points.push_back({double(i), 1});
  points[1234].y = 50;
  points[77777].y = -3;
  points[50000].y = no_number;
  const std::vector<Point> thin = thinned(points, 999);
  CHECK(thin.size() < 1000);
  CHECK(thin.front() == points.front());
  CHECK(thin.back() == points.back());
  CHECK(std::ranges::count(thin, points[1234]) == 1);
  CHECK(std::ranges::count(thin, points[77777]) == 1);
  CHECK(std::ranges::count_if(thin, [](const Point& point) { return std::isnan(point.y); }) == 1);
  CHECK(std::ranges::is_sorted(thin, {}, &Point::x));
}

TEST_CASE("Of two stretches stay the ends, the lowest and the highest") {
  std::vector<Point> points;
  for (int i = 0; const double y : {9, 1, 5, 3, 4, 2, 8, 6, 7, 0}) points.push_back({double(i++), y});
  const std::vector<Point> want{{0, 9}, {1, 1}, {2, 5}, {5, 2}, {6, 8}, {9, 0}};  // of 1 5 3 4 and of 2 8 6 7
  CHECK(thinned(points, 8) == want);
  CHECK(thinned(points, 10) == points);
}

TEST_CASE("Numbers are as long as they must be") {
  CHECK(number_text(0.305212) == "0.3052");
  CHECK(number_text(20813.4) == "20813");
  CHECK(number_text(0.00003) == "3e-5");
  CHECK(number_text(no_number) == "–");
  CHECK(count_text(12345678) == "12 345 678");
  CHECK(count_text(999) == "999");
  CHECK(duration_text(0.44) == "0.4 s");
  CHECK(duration_text(127) == "2:07");
  CHECK(duration_text(3727) == "1:02:07");
}

TEST_CASE("Text from outside has no power over a page or a terminal") {
  CHECK(escaped("<b a='1' c=\"2\">&") == "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
  CHECK(printable("a\x1b[31m\xff") == "a\uFFFD[31m\uFFFD");
  CHECK(printable("é 中") == "é 中");
}

TEST_CASE("A measure is known by its name") {
  CHECK(title("mlm_accuracy") == "Hidden words: accuracy");
  CHECK(title("loss") == "Loss");
  CHECK(title("macro_f1") == "Macro: F1");
  CHECK(title("something_new") == "Something new");
  CHECK(metrics::usual_direction("nsp_loss") == metrics::Better::smaller);
  CHECK(metrics::usual_direction("macro_f1") == metrics::Better::larger);
  CHECK(metrics::usual_direction("gloss") == metrics::Better::neither);
  CHECK(best("loss", {{1, 3.0}, {2, no_number}, {3, 2.0}, {4, 2.0}})->step == 3);
  CHECK(best("accuracy", {{1, 0.25}, {2, 0.5}, {3, 0.375}})->value == 0.5);
  CHECK_FALSE(best("lr", {{1, 1}}));
  CHECK_FALSE(best("loss", {{1, no_number}}));
}

TEST_CASE("A run is read, and what is broken in it is told of") {
  const Scratch scratch;
  const RunHistory run = run_of(scratch,
                                "{\"step\": 10, \"loss\": 3.5, \"note\": \"kept out\"}\n"
                                "{\"step\": 20, \"loss\"\n"
                                "{\"loss\": 3}\n"
                                "{\"step\": 30, \"loss\": null, \"evaluation\": {\"accuracy\": 0.5}}\n"
                                "{\"step\": 40, \"lo",
                                R"({"lr": 0.1, "corpus": ["a", "b"], "references": {"loss": {"blind": 4}}})");
  CHECK(run.steps() == 30);
  CHECK(run.training.size() == 1);
  CHECK(run.training.at("loss").at(10) == 3.5);
  CHECK(std::isnan(run.training.at("loss").at(30)));
  CHECK(run.held_out.at("accuracy").at(30) == 0.5);
  CHECK(run.options == std::map<std::string, std::string>{{"lr", "0.1"}, {"corpus", "a, b"}});
  CHECK(run.references.at("loss").at("blind") == 4);
  REQUIRE(run.warnings.size() == 2);
  CHECK_THAT(run.warnings[0], Catch::Matchers::ContainsSubstring("metrics.jsonl:2: "));
  CHECK_THAT(run.warnings[1], Catch::Matchers::ContainsSubstring("metrics.jsonl:3: 'step' is missing"));
}

TEST_CASE("Broken files of a run are warnings, as many as one can read") {
  const Scratch scratch;
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "nonsense\n";
  const RunHistory run = run_of(scratch, lines, R"({"references": 3, "histograms": {"a": {"bins": [[1, 2]]}}})");
  CHECK(run.warnings.size() == 21);
  CHECK_THAT(run.warnings.back(), Catch::Matchers::ContainsSubstring("982 more"));
  CHECK_THAT(report_page({run}), Catch::Matchers::ContainsSubstring("Nothing has been measured yet"));
  CHECK_THROWS_WITH(read_run(scratch.path() / "none"), Catch::Matchers::ContainsSubstring("is no directory"));
}

TEST_CASE("A broken line leaves nothing behind") {
  const Scratch scratch;
  scratch.write("speed.jsonl", "{\"step\": {}, \"seconds\": 1, \"tokens\": 2}\n");
  const RunHistory run = run_of(scratch, "");
  CHECK(run.training.empty());
  CHECK(run.seconds == 0);
}

TEST_CASE("A run of ten thousand measures does not make as many charts") {
  const Scratch scratch;
  std::string line = "{\"step\": 1";
  for (int i = 0; i < 10000; ++i) line += ", \"m" + std::to_string(i) + "\": 1";
  const RunHistory run = run_of(scratch, line + "}\n");
  CHECK(run.training.size() == 100);
  CHECK(run.warnings.size() == 1);
}

TEST_CASE("A line has a gap and a cross where there is no number, and a dot where it is one point long") {
  const std::string svg = svg_of({.lines = {{.name = "a", .points = {{0, 1}, {1, no_number}, {2, 3}, {3, 4}}}}});
  CHECK(count(svg, "class=\"cross\"") == 1);
  CHECK(count(svg, "h0") == 1);
  CHECK_THAT(svg, Catch::Matchers::ContainsSubstring("d=\"M46.0 212.0h0M287.3 78.7L408.0 12.0\""));  // y goes 1 to 4
}

TEST_CASE("Charts of nothing, of one point and of nothing but NaN are charts") {
  for (const std::vector<Point>& points :
       {std::vector<Point>{}, std::vector<Point>{{5, 2}}, std::vector<Point>{{1, no_number}, {2, no_number}}}) {
    const std::string svg = svg_of({.scale = Scale::logarithmic, .lines = {{.name = "a", .points = points}}});
    CHECK(count(svg, "nan") == 0);
    CHECK(count(svg, "inf") == 0);
    CHECK(count(svg, "</svg>") == 1);
  }
}

TEST_CASE("References that are near each other have their names at different sides") {
  const std::string svg = svg_of({.references = {{"a", 0.5}, {"b", 0.51}, {"c", 1}, {"d", 0}}});
  CHECK(count(svg, "class=\"name begin\"") == 1);
  CHECK(count(svg, "class=\"name end\"") == 3);
}

TEST_CASE("What differs between runs is shown, and what does not only once") {
  const Scratch first, second;
  const std::string metrics = "{\"step\": 1, \"loss\": 2}\n";
  const std::string page = report_page(
      {run_of(first, metrics, R"({"lr": 0.1, "seed": 1})"), run_of(second, metrics, R"({"lr": 0.2, "seed": 1})")});
  CHECK(count(page, "<th class=\"code\">lr</th>") == 1);
  CHECK(count(page, "<th class=\"code\">seed</th>") == 0);
  CHECK(count(page, "<dt class=\"code\">seed</dt>") == 1);
}
