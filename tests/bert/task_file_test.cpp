// task.json: what a model is besides its weights, as it is written and read.
#include <algorithm>

#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::tasks;
using namespace finetuning;
using Catch::Matchers::ContainsSubstring;

namespace {

// A value that the option does not have by default.
std::string another(const options::Option& option) {
  const std::string now = options::text_of(option);
  for (const std::string& value : option.limits.values)
    if (value != now) return value;
  if (now == "false" || now == "true") return now == "false" ? "true" : "false";
  if (options::is_number_list(option)) return "2,5";
  if (option.name == "mask-rate") return "0.25";
  if (options::is_number(option)) return "9";
  return option.name == "layers" ? "1" : option.name == "pool" ? "mean" : "other";
}

// What must be said beside an option.
Values beside(const std::string& task, const std::string& option) {
  if (option == "layers" && task != "ner") return {{"pool", "mean"}};
  return {};
}

io::Json options_of(Task& task) { return options::json_of(options::list_of(task)); }

std::vector<std::string> labels_for(const Task& task) {
  if (!task.has_named_classes()) return {};
  if (task.content() == Content::words) return {"O", "B-A"};
  return task.labels ? task.labels->names() : std::vector<std::string>{"no", "yes"};
}

// Writes a model of the task, and reads it again after its task.json was replaced.
struct Kept {
  Scratch scratch;
  std::filesystem::path path = scratch.path() / "model";

  explicit Kept(const std::string& task, const Values& values = {}) {
    const std::unique_ptr<Task> made = task_with(task, values);
    small_model(task_with(task, values, labels_for(*made)), 0).write(path);
  }
  FineTuned with(const std::string& json) const {
    io::remove_checksums(path);
    io::write_file(path / "task.json", json);
    return read_fine_tuned(path);
  }
};

// As it was written before options described themselves.
std::string old_file(const std::string& task, const std::string& rest = "") {
  return R"({"task": ")" + task +
         R"(", "head": "linear", "layers": "last", "pool": "", "width": 0, "kernels": [3, 4, 5], "crf": false,
 "objective": "classes", "threshold": 0, "mask_rate": 0.15, "whole_words": false, "max_length": 24, "part": "tail",
 "windows": false, "stride": 0)" +
         rest + "}";
}

}  // namespace

TEST_CASE("Every option of every task is kept with the model", "[finetuning]") {
  for (const std::string& name : task_names()) {
    for (const options::Option& each : options::list_of(*make_task(name))) {
      const std::string option = each.name;
      CAPTURE(name, option);
      Values values = beside(name, option);
      const std::unique_ptr<Task> plain = task_with(name, values);
      values.emplace_back(option, another(options::named(options::list_of(*plain), option)));
      const std::shared_ptr<Task> task = task_with(name, values);
      if (!task->labels && task->has_named_classes()) task->labels = Labels(labels_for(*task));
      const Scratch scratch;
      small_model(task, 0).write(scratch.path() / "model");
      const FineTuned read = read_fine_tuned(scratch.path() / "model");
      CHECK(options_of(*read.task) == options_of(*task));
      CHECK_FALSE(options_of(*read.task) == options_of(*plain));
      CHECK(read.task->facts().name == name);
      CHECK(read.task->labels.has_value() == task->labels.has_value());
      if (task->labels) CHECK(read.task->labels->names() == task->labels->names());
    }
  }
}

TEST_CASE("A task.json of before still reads", "[finetuning]") {
  for (const std::string& name : task_names()) {
    if (name == "next-sentence") continue;  // which there was not
    CAPTURE(name);
    const Kept kept(name, name == "siamese" ? Values{{"objective", "classes"}} : Values{});
    const bool questions = name == "qa";
    const FineTuned read = kept.with(questions ? R"({"task": "qa", "head": "linear", "layers": "last", "pool": "",
 "width": 0, "kernels": [3, 4, 5], "crf": false, "objective": "classes", "threshold": -1.5, "mask_rate": 0.15,
 "whole_words": false, "max_length": 24, "part": "head", "windows": false, "stride": 7})"
                                               : old_file(name));
    const io::Json options = options_of(*read.task);
    CHECK(options["max_length"] == 24);
    if (const io::Json* part = options.find("part")) CHECK(*part == "tail");
    if (questions) {
      CHECK(options["threshold"] == -1.5);
      CHECK(options["stride"] == 7);
      CHECK(options["overlap"].is_null());
    }
    if (name == "siamese") CHECK(options["objective"] == "classes");
  }
}

TEST_CASE("What is missing in a task.json is as it is by default", "[finetuning]") {
  for (const std::string& name : task_names()) {
    CAPTURE(name);
    const Kept kept(name);
    const FineTuned read = kept.with(R"({"task": ")" + name + R"("})");
    CHECK(options_of(*read.task) == options_of(*make_task(name)));
    CHECK_NOTHROW(kept.with(R"({"task": ")" + name + R"(", "poetry": 1})"));
  }
}

TEST_CASE("A task.json that is wrong is refused in one line that says where", "[finetuning]") {
  const Kept kept("classify");
  const auto refused = [&](const std::string& json, const std::string& why) {
    CAPTURE(json);
    CHECK_THROWS_WITH(kept.with(json),
                      ContainsSubstring("task.json: ") && ContainsSubstring(why) && !ContainsSubstring("\n"));
  };
  refused("{}", "'task' is missing");
  refused("[]", "");
  refused("", "");
  refused(R"({"task": "classify",)", "");
  refused(R"({"task": 3})", "task: got 3, want a string");
  refused(R"({"task": null})", "task");
  refused(R"({"task": "poetry"})", "task: got \"poetry\", want one of: classify pair ");
  for (const std::string& name : task_names())
    for (const options::Option& option : options::list_of(*make_task(name))) {
      CAPTURE(name, option.name);
      const Kept each(name);
      for (const char* value : {R"({"a": 1})", R"([{}])", R"([[1]])"})
        CHECK_THROWS_WITH(each.with(R"({"task": ")" + name + R"(", ")" + option.key() + R"(": )" + value + "}"),
                          ContainsSubstring("task.json: " + option.key() + ": got "));
    }
  refused(R"({"task": "classify", "max_length": 1})", "max_length: got 1, want auto or a whole number from 3");
  refused(R"({"task": "classify", "max_length": "long"})", "max_length: got \"long\", want auto or a whole number");
  refused(R"({"task": "classify", "head": "tall"})", "head: got \"tall\", want one of: linear, mlp");
  refused(R"({"task": "classify", "windows": 1})", "windows: got 1, want true or false");
  refused(R"({"task": "classify", "kernels": [3, "a"]})", "kernels: got ");
}

TEST_CASE("Labels are those of label.txt, or of the model, and fit the model", "[finetuning]") {
  const Kept kept("classify");
  io::remove_checksums(kept.path);
  io::write_file(kept.path / "label.txt", "yes\nno\n");
  CHECK_THROWS_WITH(read_fine_tuned(kept.path), ContainsSubstring("want the same ones in the same order"));
  io::write_file(kept.path / "label.txt", "no\nyes\n");
  CHECK(read_fine_tuned(kept.path).task->labels->names() == std::vector<std::string>{"no", "yes"});
  std::filesystem::remove(kept.path / "label.txt");
  CHECK(read_fine_tuned(kept.path).task->labels->names() == std::vector<std::string>{"no", "yes"});
  io::write_file(kept.path / "label.txt", "a\nb\nc\n");
  CHECK_THROWS(read_fine_tuned(kept.path));
}
