// A run's directory: whose it is, and what it says of the run that is in it.
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>

#include "bert/io/files/checksum.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/train/plateau.h"
#include "bert/train/pretraining.h"
#include "bert/train/trainer.h"
#include "core/ops.h"
#include "core/require.h"
#include "core/warning.h"
#include "tests/bert/one_number.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::train;
namespace fs = std::filesystem;

TEST_CASE("a checksum changes with every byte and with the length", "[train]") {
  std::string bytes(100, 'a');
  std::set<std::string> seen{io::checksum(bytes), io::checksum(bytes + 'a'), io::checksum(""), io::checksum("\0")};
  for (char& byte : bytes) {
    byte ^= 1;
    seen.insert(io::checksum(bytes));
    byte ^= 1;
  }
  CHECK(seen.size() >= 103);
}

TEST_CASE("a run's directory is not written over unasked, and only if it is one", "[train]") {
  const Scratch scratch;
  const fs::path path = scratch.path() / "run";
  {
    RunDirectory run(path, IfThere::refuse);
    run.describe({{"lr", 1}}, {{"version", "1"}});
    run.log({{"step", 1}});
    run.log({{"step", 2}});
    std::ofstream(path / "metrics.jsonl", std::ios::app) << "{\"step\": 3, \"lo";
    run.rewind(1);
    CHECK(contents(path / "metrics.jsonl") == "{\"step\":1}\n");
  }
  CHECK_THROWS_WITH(RunDirectory(path, IfThere::refuse), Catch::Matchers::ContainsSubstring("holds something already"));
  {
    RunDirectory again(path, IfThere::resume);
    again.describe({{"lr", 1}}, {{"version", "2"}});
    CHECK_THROWS_WITH(again.describe({{"lr", 2}}), Catch::Matchers::ContainsSubstring("lr was 1, got 2"));
  }
  RunDirectory(path, IfThere::replace);
  CHECK(fs::is_empty(path));
  io::write_file(path / "thesis.txt", "do not lose");
  for (const IfThere how : {IfThere::resume, IfThere::replace})
    CHECK_THROWS_WITH(RunDirectory(path, how), Catch::Matchers::ContainsSubstring("is not a run's directory"));
}

TEST_CASE("a run's settings are its options, files by what is in them", "[train]") {
  const Scratch scratch;
  struct Told {
    double lr = 0.1;
    std::string text, model = "tiny", out = "somewhere";
    int64_t steps = 5;
    void visit(const options::Visitor& f) {
      f({"lr", &lr});
      f({"text", &text, "", {.affects = options::Affects::content}});
      f({"model", &model, "", {.affects = options::Affects::content}});
      f({"steps", &steps, "", {.affects = options::Affects::length}});
      f({"out", &out, "", {.affects = options::Affects::nothing}});
    }
  } told;
  const fs::path text = scratch.path() / "text", run_path = scratch.path() / "run";
  io::write_file(text, "one");
  told.text = text.string();
  const auto describe = [&](const std::optional<std::string>& wrong = {}) {
    RunDirectory run(run_path, IfThere::resume);
    const Settings settings = settings_of(options::list_of(told));
    if (!wrong) return run.describe(settings.values, io::Json::object(), settings.lengths);
    CHECK_THROWS_WITH(run.describe(settings.values, io::Json::object(), settings.lengths),
                      Catch::Matchers::ContainsSubstring(*wrong));
    return std::string();
  };
  CHECK(describe().empty());
  const io::JsonDocument described = io::read_json(run_path / "run.json");
  CHECK(described.root()["text"]["file"].string() == told.text);
  CHECK(described.root()["model"].string() == "tiny");
  CHECK_FALSE(described.root().has("out"));

  told.out = "elsewhere";
  fs::copy(text, scratch.path() / "copy");
  told.text = (scratch.path() / "copy").string();
  CHECK(describe().empty());
  io::write_file(scratch.path() / "copy", "two");
  told.lr = 0.2;
  describe("lr was 0.1, got 0.2; text was ");
  io::write_file(scratch.path() / "copy", "one");
  told.lr = 0.1;
  told.model = scratch.path().string();
  describe("model was \"tiny\"");
  told.model = "tiny";

  told.steps = 6;
  describe("steps was 5, got 6 — a run is resumed with what it began with");
  fs::create_directories(run_path / "checkpoints" / "step-00000005");
  CHECK(describe() == run_path.string() + ": was done and goes on: steps was 5, got 6");
  told.steps = 5;
  describe("steps was 6, got 5");
}

TEST_CASE("a run of a program that kept no checksums goes on", "[train]") {
  CHECK(same_setting("a.txt", {{"file", "a.txt"}, {"checksum", "12"}}));
  CHECK(same_setting("", nullptr));
  CHECK_FALSE(same_setting("b.txt", {{"file", "a.txt"}, {"checksum", "12"}}));
  CHECK_FALSE(same_setting("a.txt", nullptr));
}

TEST_CASE("an error before anything was measured leaves no run", "[train]") {
  const Scratch scratch;
  const auto fails = [&](bool measures) {
    RunDirectory run(scratch.path() / "a" / "b", IfThere::resume);
    run.describe({{"seed", 1}});
    if (measures) run.log({{"step", 1}});
    throw Error("no");
  };
  CHECK_THROWS_WITH(fails(false), "no");
  CHECK_FALSE(fs::exists(scratch.path() / "a"));
  CHECK_THROWS_WITH(fails(true), "no");
  CHECK_THROWS_WITH(fails(false), "no");  // it was there before
  CHECK(fs::exists(scratch.path() / "a" / "b" / "metrics.jsonl"));
}

TEST_CASE("a run that is resumed without a checkpoint says where it begins", "[train]") {
  const Scratch scratch;
  { RunDirectory(scratch.path() / "run", IfThere::refuse).describe({{"seed", 1}}); }
  Heard heard;
  Toy toy;
  train::train(toy, brief(), RunDirectory(scratch.path() / "run", IfThere::resume));
  REQUIRE(heard.texts.size() == 1);
  CHECK_THAT(heard.texts[0], Catch::Matchers::ContainsSubstring("no checkpoint, so it starts from step 0"));
}

TEST_CASE("a run's directory belongs to one process at a time", "[train]") {
  const Scratch scratch;
  const RunDirectory run(scratch.path() / "run", IfThere::refuse);
  CHECK_THROWS_WITH(RunDirectory(scratch.path() / "run", IfThere::resume),
                    Catch::Matchers::ContainsSubstring("another process is at work in it"));
}
