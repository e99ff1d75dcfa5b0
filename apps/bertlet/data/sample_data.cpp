#include "apps/bertlet/samples/sample_data.h"

#include <fmt/format.h>

#include <filesystem>

#include "apps/bertlet/command.h"
#include "bert/io/json/document.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;
using bertlet::io::Json;

struct SampleDataOptions {
  CommonOptions common;
  samples::SampleDataOptions made;
  std::string task, out;
  bool force = false;
};

constexpr const char* about_sample_data =
    R"(Files to train with, to choose the best model by, and to test with: TSV with a header; of ner a word and its tag a line; of
qa SQuAD's JSON; of choice SWAG's CSV; of mlm documents between blank lines; of distill also lines without a label.
What a sentence means follows from how its words stand to each other. Beside the rows it prints how much of dev
is right by the most frequent label, and by a bag of words: a model that reads does better.

Example: bertlet sample-data classify --out /tmp/classify)";

Json json_of(const samples::SampleData& data) {
  Json json{{"train", data.train}, {"dev", data.dev}, {"test", data.test}};
  for (const fs::path& file : data.files) json["files"].push_back(file.string());
  if (data.majority) json["majority"] = *data.majority;
  if (data.bag_of_words) json["bag_of_words"] = *data.bag_of_words;
  return json;
}

int run_sample_data(SampleDataOptions options) {
  const fs::path out = options.out;
  bertlet::require(options.force || !fs::exists(out) || (fs::is_directory(out) && fs::is_empty(out)),
                   "{}: is there already, want --force to write into it", out.string());
  options.made.seed = options.common.seed;
  const samples::SampleData data = samples::write_sample_data(options.task, out, options.made);
  if (options.common.json)
    fmt::print("{}\n", json_of(data).dump());
  else if (!options.common.quiet)
    fmt::print("{}", text_of(data));
  return 0;
}

}  // namespace

void add_sample_data(const Command& program) {
  const auto options = std::make_shared<SampleDataOptions>();
  Command command =
      program.add("sample-data", "Small made-up data for each task, to try it at once", about_sample_data);
  const std::vector<std::string_view> names = samples::sample_tasks();
  command.one_of("task", "TASK", options->task, {names.begin(), names.end()}, "What the data are for", Needed::yes);
  command.text("--out", "DIR", options->out, "Where the files go", Needed::yes);
  command.number("--rows", options->made.rows, "How many to train with; an eighth each for dev and test", {8, 1 << 20});
  command.flag("--force", options->force, "Write into a directory that is not empty");
  command.common(options->common);
  command.runs([options] { return run_sample_data(*options); });
}

}  // namespace apps
