// Checkpoints and the trainer, with a task that is one number.
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

using Reference = References::mapped_type;

TEST_CASE("a checksum says how it was made; those of the first programs are still known", "[train]") {
  using enum io::ChecksumKind;
  CHECK(io::checksum("") == "xxh3:2d06800538d394c2");  // as xxHash's own documents have it
  CHECK(io::checksum("", first) == "daaa9ad1fca1a52e");
  std::string bytes(100, 0);
  std::iota(bytes.begin(), bytes.end(), '\0');
  CHECK(io::checksum(bytes, first) == "56b86af75dd8fa5e");
  for (const io::ChecksumKind kind : {xxh3, first}) CHECK(io::checksum_kind(io::checksum("abc", kind)) == kind);
}

TEST_CASE("a run that was interrupted anywhere and resumed leaves the same bits", "[train]") {
  const Scratch scratch;
  Toy whole;
  CHECK(train::train(whole, brief(), RunDirectory(scratch.path() / "whole", IfThere::refuse)) == Ending::done);
  for (const int64_t stop : {1, 7, 12, 19}) {
    const fs::path path = scratch.path() / std::to_string(stop);
    {
      Toy first;
      int64_t steps = 0;
      const Listener listener{.on_step = [&](int64_t step) { steps = step; },
                              .interrupted = [&] { return steps == stop; }};
      RunDirectory run(path, IfThere::refuse);
      run.describe({{"seed", 1}});
      CHECK(train::train(first, brief(), run, listener) == Ending::interrupted);
    }
    Toy second;
    CHECK(train::train(second, brief(), RunDirectory(path, IfThere::resume)) == Ending::done);
    CHECK(second.weight().values() == whole.weight().values());
    CHECK(contents(path / "metrics.jsonl") == contents(scratch.path() / "whole" / "metrics.jsonl"));
    CHECK(contents(path / "checkpoints/step-00000020/training.safetensors") ==
          contents(scratch.path() / "whole/checkpoints/step-00000020/training.safetensors"));
  }
}

TEST_CASE("a torn checkpoint is told and the one before it used", "[train]") {
  const Scratch scratch;
  const Checkpoints checkpoints(scratch.path(), 2);
  const auto save = [&](int64_t step) {
    return checkpoints.save(
        {.step = step, .optimizer = {{"m", Array::filled({3}, real(step))}}, .notes = {{"a", step}}},
        [](const fs::path& to) { io::write_file(to / "model", "weights"); });
  };
  CHECK_FALSE(checkpoints.newest());
  save(1);
  save(2);
  const fs::path third = save(3);
  CHECK_FALSE(fs::exists(scratch.path() / "step-00000001"));
  CHECK(checkpoints.newest()->state.notes["a"] == 3);
  Heard heard;
  io::write_file(third / "model", "weightz");
  CHECK(checkpoints.newest()->state.step == 2);
  CHECK(checkpoints.newest()->state.optimizer.at("m").values() == std::vector<real>{2, 2, 2});
  REQUIRE(heard.texts.size() == 2);
  CHECK_THAT(heard.texts[0], Catch::Matchers::ContainsSubstring("model: is not as it was written"));
  fs::remove(third / "state.json");
  CHECK(checkpoints.newest()->state.step == 2);
}

TEST_CASE("the mean of the last checkpoints", "[train]") {
  const Scratch scratch;
  TrainerOptions how = brief();
  how.keep = 3;
  Toy toy;
  const RunDirectory run(scratch.path() / "run", IfThere::refuse);
  std::map<int64_t, real> first;
  train::train(toy, how, run, {.on_step = [&](int64_t step) { first[step] = toy.weight()[0]; }});
  const std::vector<fs::path> last = Checkpoints(run.checkpoints(), 3).directories();
  REQUIRE(last.size() == 3);  // of steps 20, 18 and 15
  CHECK(mean_weights(last).at("w")[0] == Catch::Approx((first[20] + first[18] + first[15]) / 3));
  CHECK_THROWS_WITH(mean_weights({}), "mean_weights: got no checkpoints");
}

TEST_CASE("a loss that is not finite ends the run, with its batch and the last good checkpoint", "[train]") {
  const Scratch scratch;
  const auto fails_at = [&](int64_t step) {
    Toy toy(static_cast<double>(step - 1));
    const RunDirectory run(scratch.path() / std::to_string(step), IfThere::refuse);
    std::string why;
    try {
      train::train(toy, brief(), run);
    } catch (const Error& error) {
      why = error.what();
    }
    CHECK(contents(run.path() / "not-finite.json") == std::to_string(step));
    return why;
  };
  using Catch::Matchers::ContainsSubstring;
  CHECK_THAT(fails_at(8),
             ContainsSubstring("step 8: the loss is inf") && ContainsSubstring("the checkpoint of step 6 is good"));
  CHECK_THAT(fails_at(7), ContainsSubstring("the checkpoint of step 3 is good"));  // that of step 6 led to this
  CHECK_THAT(fails_at(4), ContainsSubstring("no checkpoint is known to be good"));
}

TEST_CASE("patience ends a run, and best/ holds what was best", "[train]") {
  const Scratch scratch;
  Toy toy;
  TrainerOptions some = brief();
  some.steps = 1000;
  some.best_by = "off";
  some.patience = 3;
  some.schedule = "constant";
  some.choice.lr = 1;
  const RunDirectory run(scratch.path() / "run", IfThere::refuse);
  CHECK(train::train(toy, some, run) == Ending::patience_lost);
  CHECK(fs::exists(run.best() / "model.safetensors"));

  Toy another;
  some.patience = 0;
  some.patience_steps = 30;
  int64_t best = 0, last = 0;
  double least = std::numeric_limits<double>::infinity();
  const auto on_line = [&](const io::Json& line) {
    last = line["step"].integer();
    if (!line.contains("evaluation") || line["evaluation"]["off"].number() >= least) return;
    least = line["evaluation"]["off"].number();
    best = last;
  };
  const RunDirectory other(scratch.path() / "other", IfThere::refuse);
  CHECK(train::train(another, some, other, {.on_line = on_line}) == Ending::patience_lost);
  CHECK(last == best + 30);
}

TEST_CASE("a run of a program with other checksums goes on with the same files alone", "[train]") {
  const Scratch scratch;
  const fs::path file = scratch.path() / "a.txt", model = scratch.path() / "model";
  fs::create_directories(model);
  io::write_file(file, "abc");
  io::write_file(model / "config.json", "{}");
  for (const fs::path& path : {file, model}) {
    const auto recorded = [&](io::ChecksumKind kind) {
      return io::Json{{"file", "as it was called"}, {"checksum", content_checksum(path, kind)}};
    };
    const io::Json now{{"file", path.string()}, {"checksum", content_checksum(path)}};
    CHECK(same_setting(recorded(io::ChecksumKind::first), now));
    CHECK(same_setting(recorded(io::ChecksumKind::xxh3), now));
    io::Json other = recorded(io::ChecksumKind::first);
    other["checksum"] = "d05db28189cf8304";
    CHECK_FALSE(same_setting(other, now));
  }
}

TEST_CASE("a batch whose loss was not finite stays", "[train]") {
  const Scratch scratch;
  const auto breaks = [&] {
    Toy toy(1);
    train::train(toy, brief(), RunDirectory(scratch.path() / "run", IfThere::refuse));
  };
  CHECK_THROWS_WITH(breaks(), Catch::Matchers::ContainsSubstring("step 2: the loss is inf"));
  CHECK(fs::exists(scratch.path() / "run" / "not-finite.json"));
}

TEST_CASE("a training of no steps measures", "[train]") {
  const Scratch scratch;
  Toy toy;
  TrainerOptions none = brief();
  none.steps = 0;
  std::vector<io::Json> lines;
  const Listener listener{.on_line = [&](const io::Json& line) { lines.push_back(line); }};
  CHECK(train::train(toy, none, RunDirectory(scratch.path() / "run", IfThere::refuse), listener) == Ending::done);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["evaluation"]["off"] == io::Json(5.0));
}

TEST_CASE("numbers of a schedule or an optimizer that has none of that name are refused", "[train]") {
  const auto refused = [](auto change) {
    TrainerOptions wrong = brief();
    change(wrong);
    try {
      check(wrong);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("taken");
  };
  CHECK(refused([](TrainerOptions& to) { to.schedule_numbers.power = 2; }) == "linear: has no power, want none given");
  CHECK(refused([](TrainerOptions& to) { to.schedule = "noam"; }) ==
        "noam: got no width of the model, want noam-width");
  CHECK(refused([](TrainerOptions& to) {
          to.optimizer = "sgd";
          to.choice.epsilon = 1;
        }) == "sgd: has no epsilon, want none given");
  CHECK(refused([](TrainerOptions& to) {
          to.optimizer = "lamb";
          to.choice.beta2 = 0.9;
          to.schedule = "cosine-restarts";
          to.schedule_numbers.cycles = 3;
        }) == "taken");
}

TEST_CASE("a plateau is told once, and again after as many reports", "[train]") {
  Plateau plateau(3);
  const std::vector<double> falling = {9, 8, 7, 6, 5, 4, 3, 2};
  for (const double loss : falling) CHECK_FALSE(plateau.sits_at(loss));
  std::vector<int> told;
  for (int i = 0; i < 20; ++i)
    if (plateau.sits_at(2)) told.push_back(i);
  CHECK(told == std::vector<int>{4, 10, 16});
}

TEST_CASE("a loss that is down to a hundredth does not sit", "[train]") {
  Plateau learned(3), stuck(3);
  for (const double loss : {4, 2, 1}) {
    CHECK_FALSE(learned.sits_at(loss));
    CHECK_FALSE(stuck.sits_at(loss));
  }
  int told = 0;
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(learned.sits_at(0.02));
    told += stuck.sits_at(0.03) ? 1 : 0;
  }
  CHECK(told > 0);
}

TEST_CASE("what a loss is compared with", "[train]") {
  data::CorpusReport report{
      .tokens = 8, .vocab_size = 16, .entropy = 2, .most_frequent = "a", .most_frequent_count = 2};
  const References all = references(report, 0.5);
  CHECK(all.at("mlm_loss") == Reference{{"blind", std::log(16.0)}, {"unigrams", 2 * std::log(2.0)}});
  CHECK(all.at("mlm_accuracy") == Reference{{"always 'a'", 0.25}});
  CHECK(all.at("nsp_loss")[0].second == Approx(std::log(2.0)));
  CHECK(all.at("nsp_accuracy") == Reference{{"blind", 0.5}});
  CHECK(references(report, 0).count("nsp_loss") == 0);
}
