#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "bert/io/json/document.h"
#include "core/require.h"
#include "tests/catch.h"

using bertlet::io::Json;
using bertlet::io::parse_json;
using bertlet::io::Repeats;
using Catch::Matchers::ContainsSubstring;

namespace {

using Other = nlohmann::ordered_json;  // an independent judge

Json parsed(std::string_view text) { return parse_json(text, "F").root().value(); }

// Documents with everything in them that JSON has.
class Documents {
 public:
  explicit Documents(std::uint32_t seed) : random_(seed) {}

  Other document(int levels = 4) {
    const std::size_t kind = below(levels > 0 ? 8 : 6), parts = below(8) == 0 ? 40 : below(5);
    if (kind < 6) return scalar(kind);
    Other to = kind == 6 ? Other::array() : Other::object();
    for (std::size_t i = 0; i < parts; ++i)
      if (kind == 6)
        to.push_back(document(levels - 1));
      else
        to[text()] = document(levels - 1);
    return to;
  }

  // The text with a byte that is another, or without its end.
  std::string broken(std::string text) {
    if (below(4) == 0) return text.substr(0, below(text.size()));
    text[below(text.size())] = "{}[],:\"\\0x-+.e\n\xC3\x80"[below(17)];
    return text;
  }

  std::size_t below(std::size_t most) { return random_() % most; }

 private:
  Other scalar(std::size_t kind) {
    switch (kind) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<int64_t>(random_() >> below(64));
      case 3:
        return static_cast<std::uint64_t>(random_());
      case 4:
        return static_cast<double>(below(2000)) / 8 - 100;
      default:
        return text();
    }
  }

  std::string text() {
    const char* pieces[] = {"a", "key", "\"", "\\", "/", "\n", "\x01", "\x7F", "ä", "€", "𝄞", " ", "\t"};
    std::string to;
    for (std::size_t i = below(6); i > 0; --i) to += pieces[below(std::size(pieces))];
    return to;
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("JSON is read and written as nlohmann does it") {
  Documents documents(1);
  for (int i = 0; i < 2000; ++i) {
    const Other want = documents.document();
    const int indent = static_cast<int>(documents.below(4)) - 1;
    const Json got = parsed(want.dump(static_cast<int>(documents.below(3))));
    REQUIRE(got.dump(indent) == want.dump(indent));
    REQUIRE(got.dump({.ascii = true}) == want.dump(-1, ' ', true));
    REQUIRE(parsed(got.dump()) == got);
  }
}

TEST_CASE("Broken JSON is refused where nlohmann refuses it") {
  Documents documents(2);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = documents.broken(documents.document().dump());
    CAPTURE(text);
    if (Other::accept(text)) {
      REQUIRE(parsed(text).dump() == parsed(Other::parse(text).dump()).dump());
      continue;
    }
    ++refused;
    REQUIRE_THROWS_AS(parsed(text), bertlet::Error);
  }
  CHECK(refused > 1000);
  CHECK_THROWS_WITH(parsed("[1e999]"), ContainsSubstring("F: ") && ContainsSubstring("number overflow"));
  CHECK_THROWS_WITH(parsed("{\"a\":\n\"\xFF\"}"), ContainsSubstring("F: line 2, column 2: syntax error"));
}

TEST_CASE("Broken JSON is one line: the place, what is there and what should be") {
  const struct {
    std::string text, want;
  } cases[] = {
      {"", "line 1, column 1: syntax error: got the end, want a value"},
      {"[1,\n 2,]", "line 2, column 4: syntax error: got ']', want a value"},
      {"[1 2]", "line 1, column 4: syntax error: got '2', want ',' or ']'"},
      {"[1", "line 1, column 3: syntax error: got the end, want ',' or ']'"},
      {"{} x", "line 1, column 4: syntax error: got 'x', want the end"},
      {"{1: 2}", "line 1, column 2: syntax error: got '1', want a key"},
      {"{\"a\" 1}", "line 1, column 6: syntax error: got '1', want ':'"},
      {"{\"a\":1,}", "line 1, column 8: syntax error: got '}', want a key"},
      {"{\"a\":1", "line 1, column 7: syntax error: got the end, want ',' or '}'"},
      {"nul", "line 1, column 1: syntax error: got 'n', want null"},
      {"True", "line 1, column 1: syntax error: got 'T', want a value"},
      {"'a'", "line 1, column 1: syntax error: got ''', want a value"},
      {"NaN", "line 1, column 1: syntax error: got 'N', want a value"},
      {"01", "line 1, column 2: syntax error: got '1', want the end"},
      {"-", "line 1, column 2: syntax error: got the end, want a digit"},
      {"1.", "line 1, column 3: syntax error: got the end, want a digit"},
      {"1e+x", "line 1, column 4: syntax error: got 'x', want a digit"},
      {"\"a", "line 1, column 3: syntax error: got the end, want '\"'"},
      {"\"a\n\"", "line 1, column 3: syntax error: got byte 0A, want '\"'"},
      {std::string("\"\0\"", 3), "line 1, column 2: syntax error: got byte 00, want '\"'"},
      {std::string(1, '\0'), "line 1, column 1: syntax error: got byte 00, want a value"},
      {"\"\\x\"", "line 1, column 3: syntax error: got 'x', want one of \"\\/bfnrtu"},
      {"\"\\u12g4\"", "line 1, column 6: syntax error: got 'g', want four hexadecimal digits"},
      {"\"\\uD83D\"", "line 1, column 8: syntax error: got '\"', want a pair of surrogates"},
      {"\"\\uDE00\"", "line 1, column 8: syntax error: got '\"', want a pair of surrogates"},
      {"\"\xC3(\"", "line 1, column 3: syntax error: got '(', want UTF-8"},
      {"\"\x80\"", "line 1, column 2: syntax error: got byte 80, want UTF-8"},
      {"\"\xED\xA0\x80\"", "line 1, column 3: syntax error: got byte A0, want UTF-8"},
      {"\xEF\xBB", "line 1, column 1: syntax error: got byte EF, want a value"},
      {"[-1e999]", "line 1, column 2: number overflow: got -1e999"},
  };
  for (const auto& [text, want] : cases) CHECK_THROWS_WITH(parsed(text), "F: " + want);
}

TEST_CASE("JSON's numbers keep their values") {
  for (const char* same :
       {"0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "0.1", "-0.0", "1e+16",
        "1000000000000000.0", "0.0001", "1e-05", "5e-324", "1.7976931348623157e+308"})
    CHECK(parsed(same).dump() == same);  // as Python writes them
  CHECK(parsed("-0").dump() == "0");
  CHECK(parsed("1E2").dump() == "100.0");
  CHECK(parsed("18446744073709551616").dump() == "1.8446744073709552e+19");
  CHECK(parsed("-9223372036854775809").dump() == "-9.223372036854776e+18");
  CHECK(parsed("1e-999").dump() == "0.0");
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = Json(value).dump();
    REQUIRE(std::bit_cast<std::uint64_t>(parsed(text).number()) == std::bit_cast<std::uint64_t>(value));
    REQUIRE(Other::parse(text).get<double>() == value);
    if (std::isnormal(value)) REQUIRE(text.size() <= Other(value).dump().size());  // the smallest may count as 0 here
  }
}

TEST_CASE("A byte order mark in front of JSON is passed over") {
  CHECK(parsed("\xEF\xBB\xBF{\"a\":1}").dump() == "{\"a\":1}");
}

TEST_CASE("JSON is nested a hundred levels deep at most") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + "1" + std::string(levels, ']'); };
  CHECK(parsed(nested(100)).dump() == nested(100));
  CHECK_THROWS_WITH(parsed(nested(101)), "F: is nested deeper than 100 levels");
  CHECK_THROWS_WITH(parsed(std::string(1'000'000, '[')), "F: is nested deeper than 100 levels");
}

TEST_CASE("Of a key that comes twice the last value counts, unless that is refused") {
  const std::string text = R"({"a": 1, "b": {"a": 2}, "a": {"c": 3}})";
  CHECK(parsed(text).dump() == R"({"a":{"c":3},"b":{"a":2}})");
  CHECK_THROWS_WITH(parse_json(text, "F", Repeats::refused), "F: has 'a' twice");
  CHECK_NOTHROW(parse_json(R"([{"a": 1}, {"a": {"a": 2}}])", "F", Repeats::refused));
}

TEST_CASE("JSON is made of what C++ has") {
  CHECK(Json().dump() == "null");
  CHECK(Json{{"epoch", 1}, {"loss", 0.5}}.dump() == R"({"epoch":1,"loss":0.5})");
  CHECK(Json{1, 2.0, true, nullptr, "x"}.dump() == R"([1,2.0,true,null,"x"])");
  CHECK(Json{{"pair", {"x", "y"}}}.dump() == R"({"pair":["x","y"]})");
  CHECK(Json({"x", "y"}).dump() == R"(["x","y"])");
  CHECK(Json{{"of_one", {"x"}}, {"object", {{"x", "y"}}}}.dump() == R"({"of_one":["x"],"object":{"x":"y"}})");
  CHECK(Json(std::vector<int>{1, 2}).dump() == "[1,2]");
  CHECK(Json(std::map<std::string, double>{{"b", 1}, {"a", 2}}).dump() == R"({"a":2.0,"b":1.0})");
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).dump() == "null");
  CHECK(Json(std::numeric_limits<std::uint64_t>::max()).dump() == "18446744073709551615");
  CHECK(Json(std::numeric_limits<int64_t>::min()).dump() == "-9223372036854775808");
  CHECK(Json{{"a", Json::array()}, {"b", Json::object()}}.dump(2) == "{\n  \"a\": [],\n  \"b\": {}\n}");
}

TEST_CASE("JSON is changed in place, and keys stay in their order") {
  Json json;
  json["z"] = 1;
  json["list"].push_back("x");
  json["list"].push_back({1, 2});
  json["list"].back().push_back(3);
  json["a"]["b"] = {"y"};
  CHECK(json.dump() == R"({"z":1,"list":["x",[1,2,3]],"a":{"b":["y"]}})");
  json.erase("z");
  json.erase("not there");
  json.update({{"a", 2}, {"c", 3}});
  CHECK(json.dump() == R"({"list":["x",[1,2,3]],"a":2,"c":3})");
  json = std::move(json["list"]);
  CHECK(json.dump() == R"(["x",[1,2,3]])");
  json = json[1];
  CHECK(json.dump() == "[1,2,3]");
  const Json taken = std::move(json);
  CHECK(json.is_null());
}

TEST_CASE("JSON is equal in any order of keys, and a number is what it is worth") {
  CHECK(Json{{"a", 1}, {"b", 2}} == Json{{"b", 2.0}, {"a", 1u}});
  CHECK(Json{{"a", 1}} != Json{{"a", 1}, {"b", 2}});
  CHECK(Json{{"a", 1}, {"c", 2}} != Json{{"a", 1}, {"b", 2}});
  CHECK(Json{1, 2} != Json{2, 1});
  CHECK(Json(1) != Json(true));
  CHECK(Json("1") != Json(1));
  CHECK(Json() == nullptr);
}

TEST_CASE("Large objects find, add, replace and lose their keys like small ones") {
  Json json;
  std::map<std::string, int> want;
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    const std::string key = std::to_string(random() % 700);
    if (random() % 4 == 0) {
      json.erase(key);
      want.erase(key);
    } else {
      json[key] = i;
      want[key] = i;
    }
    REQUIRE(json.contains(key) == want.contains(key));
    REQUIRE(json.size() == want.size());
  }
  CHECK(json == Json(want));
}

TEST_CASE("JSON that is something else than was asked for is one line") {
  const Json json{{"a", "text"}, {"list", {1}}};
  CHECK_THROWS_WITH(json["b"], "JSON: 'b' is missing");
  CHECK_THROWS_WITH(json["a"].integer(), "JSON: got \"text\", want an integer");
  CHECK_THROWS_WITH(json["list"].number(), "JSON: got a list, want a number");
  CHECK_THROWS_WITH(json.elements(), "JSON: got an object, want a list");
  CHECK_THROWS_WITH(json["list"][1], "JSON: got a list of 1, want an element 1");
  CHECK_THROWS_WITH(Json(-1).unsigned_integer(), "JSON: got -1, want an integer from 0 on");
  CHECK_THROWS_WITH(Json("\xFF").dump(), ContainsSubstring("JSON: ") && ContainsSubstring("invalid UTF-8"));
  CHECK(Json("a\xFF").dump({.mends_strings = true}) == "\"a\xEF\xBF\xBD\"");
}
