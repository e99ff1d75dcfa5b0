// Records that describe themselves.
#include "bert/options/option.h"
#include "core/names.h"
#include "core/require.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::options;
using Catch::Matchers::ContainsSubstring;

namespace {

enum class Pet { cat, dog };

struct Record {
  double lr = 1e-4;
  int64_t batch = 32;
  int small = 1;
  std::uint64_t seed = 1;
  bool cased = false;
  std::string schedule = "linear", model;
  std::optional<double> dropout;
  std::optional<int64_t> warmup;
  std::vector<int64_t> layers;
  std::vector<std::string> files;
  Pet pet = Pet::cat;

  void visit(const Visitor& f) {
    f({"lr", &lr, "Rate"});
    f({"batch", &batch, "Examples"});
    f({"small", &small, "Small", {.least = -2, .most = 9}});
    f({"seed", &seed, "Seed", {.least = 0, .most = 0x1p63}});
    f({"cased", &cased, "Case"});
    f({"schedule", &schedule, "Schedule", {.values = {"linear", "cosine"}}});
    f({"model", &model, "Model"});
    f({"drop-out", &dropout, "Dropout", {.most = 0.9, .empty = "auto"}});
    f({"warmup", &warmup, "Warm-up", {.least = 0}});
    f({"layers", &layers, "Layers", {.least = 0, .most = 11}});
    f({"files", &files, "Files"});
    f({"pet", word(&pet, {"cat", "dog"}), "Pet", {.values = {"cat", "dog"}}});
  }
};

struct Told {
  Record record;
  std::vector<Option> list = list_of(record);

  void tell(const char* name, const std::string& text) { set(named(list, name), text); }
  std::string refusal(const char* name, const std::string& text) {
    try {
      tell(name, text);
    } catch (const Error& error) {
      return error.what();
    }
    return "taken";
  }
};

}  // namespace

TEST_CASE("options are set from words", "[options]") {
  Told told;
  for (const auto& [name, text] : std::vector<std::pair<const char*, const char*>>{{"lr", "2e-5"},
                                                                                   {"batch", "7"},
                                                                                   {"small", "-2"},
                                                                                   {"seed", "9223372036854775807"},
                                                                                   {"cased", "true"},
                                                                                   {"schedule", "cosine"},
                                                                                   {"model", "a,b"},
                                                                                   {"drop-out", "0.5"},
                                                                                   {"warmup", "0"},
                                                                                   {"layers", "1,11"},
                                                                                   {"files", "a,b"},
                                                                                   {"pet", "dog"}})
    told.tell(name, text);
  CHECK(json_of(told.list).dump() ==
        R"({"lr":2e-05,"batch":7,"small":-2,"seed":9223372036854775807,"cased":true,"schedule":"cosine","model":"a,b",)"
        R"("drop_out":0.5,"warmup":0,"layers":[1,11],"files":["a","b"],"pet":"dog"})");
  CHECK(told.record.pet == Pet::dog);
  told.tell("drop-out", "auto");
  CHECK_FALSE(told.record.dropout);
  set(named(told.list, "lr"), std::vector<std::string>{"1", "2"});
  CHECK(told.record.lr == 2);  // the last one counts
  CHECK(text_of(named(told.list, "layers")) == "1,11");
}

TEST_CASE("what an option does not allow is refused in one line that says what it does", "[options]") {
  Told told;
  CHECK(told.refusal("lr", "nan") == "--lr: got 'nan', want a number from 0 to 1000000000");
  for (const char* wrong : {"inf", "-1", "1e999", "1x", "", " 1"}) CHECK(told.refusal("lr", wrong) != "taken");
  CHECK(told.refusal("batch", "0") == "--batch: got '0', want a whole number from 1 to 2147483648");
  for (const char* wrong : {"1.5", "99999999999999999999", "2147483649", "1e3"})
    CHECK(told.refusal("batch", wrong) != "taken");
  CHECK(told.refusal("small", "10") == "--small: got '10', want a whole number from -2 to 9");
  CHECK(told.refusal("seed", "-1") == "--seed: got '-1', want a whole number from 0");
  CHECK(told.refusal("schedule", "cosin") == "--schedule: got 'cosin', want one of: linear, cosine");
  CHECK(told.refusal("schedule", "") == "--schedule: got '', want one of: linear, cosine");
  CHECK(told.refusal("pet", "cow") == "--pet: got 'cow', want one of: cat, dog");
  CHECK(told.refusal("drop-out", "1") == "--drop-out: got '1', want auto or a number from 0 to 0.9");
  CHECK(told.refusal("layers", "1,12") == "--layers: got '1,12', want a list, each part a whole number from 0 to 11");
  CHECK(told.refusal("cased", "yes") == "--cased: got 'yes', want true or false");
  CHECK(told.refusal("drop-oot", "1") == "unknown option 'drop-oot', did you mean drop-out?");
  CHECK(told.record.lr == 1e-4);
  CHECK(told.record.layers.empty());
}

TEST_CASE("options go to JSON and back", "[options]") {
  Told told, other;
  told.record.dropout = 0.25;
  told.record.files = {"x"};
  told.record.pet = Pet::dog;
  read(other.list, io::parse_json(json_of(told.list).dump(), "run.json").root());
  CHECK(json_of(other.list) == json_of(told.list));
  read(other.list, io::parse_json(R"({"drop_out": null, "something": "else"})", "run.json").root());
  CHECK_FALSE(other.record.dropout);
  CHECK(other.record.files == std::vector<std::string>{"x"});
  const auto refused = [&](const char* json) { read(other.list, io::parse_json(json, "run.json").root()); };
  CHECK_THROWS_WITH(refused(R"({"batch": 0})"), "run.json: batch: got 0, want a whole number from 1 to 2147483648");
  CHECK_THROWS_WITH(refused(R"({"batch": 1.5})"), ContainsSubstring("want a whole number"));
  CHECK_THROWS_WITH(refused(R"({"pet": "cow"})"), ContainsSubstring("want one of: cat, dog"));
}

TEST_CASE("the value that an option has is checked, too", "[options]") {
  Told told;
  for (const Option& option : told.list) CHECK_NOTHROW(check(option));
  told.record.batch = -3;
  CHECK_THROWS_WITH(check(named(told.list, "batch")), ContainsSubstring("--batch: got '-3'"));
}

TEST_CASE("the nearest names", "[options]") {
  const std::vector<std::string> names = {"--epochs", "--lr", "--layers", "--EPOCH"};
  CHECK(nearest("--epoch", names) == std::vector<std::string>{"--EPOCH", "--epochs"});
  CHECK(did_you_mean("--layer", names) == ", did you mean --layers?");
  CHECK(did_you_mean("--something", names).empty());
}
