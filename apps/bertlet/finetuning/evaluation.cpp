#include "apps/bertlet/finetuning/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/progress.h"
#include "bert/metrics/bootstrap.h"
#include "bert/options/precision.h"
#include "bert/text/unicode/utf8.h"
#include "bert/view/markup.h"
#include "core/names.h"
#include "core/require.h"

namespace apps {

namespace {

using bertlet::io::Json;

constexpr std::size_t longest_text = 120, longest_fact = 60, longest_list = 180;  // in characters

// In one line, its end left out where it is too long.
std::string shortened(std::string whole, std::size_t longest) {
  std::ranges::replace_if(
      whole, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  std::u32string characters = text::decoded(bertlet::view::printable(whole));
  if (characters.size() <= longest) return text::encoded(characters);
  characters.resize(longest - 1);
  return text::encoded(characters) + "…";
}

std::string fact(const tasks::Record& value) {
  if (value.is_string()) return shortened(value.string(), longest_fact);
  std::vector<std::string> each;
  for (const tasks::Record& one : value.elements()) each.push_back(fact(one));
  return each.empty() ? "nothing" : shortened(bertlet::joined(each, ", "), longest_list);
}

// too_many: too many
std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

// As long as people read: place, what is so and what was said, how wrong, and the text.
std::string line(const tasks::Verdict& verdict) {
  std::string to = verdict.place + ":";
  for (const auto& [name, value] : verdict.facts.items()) to += fmt::format(" {} {},", in_words(name), fact(value));
  return to + fmt::format(" {} {:.4g}: {}\n", in_words(verdict.scale), verdict.degree,
                          shortened(verdict.text, longest_text));
}

// Of the first measure, which is the task's own.
metrics::Interval interval_of(const tasks::FineTuned& model, const tasks::Data& data, const tasks::Outcome& outcome) {
  const tasks::Measuring measuring = model.task->measuring(data, outcome.outputs);
  return metrics::bootstrap(data.size(), [&](metrics::Chosen chosen) { return measuring(chosen)[0].value; },
                            {.rounds = 200});
}

std::optional<double> majority_of(const train::References& references, const std::string& measure) {
  const auto found = references.find(measure);
  return found == references.end() ? std::nullopt : std::optional(found->second[0].second);
}

// Of what is wrong the worst first; of what is right the surest; of numbers, which are never quite right, the nearest.
std::vector<tasks::Verdict> verdicts(const tasks::FineTuned& model, const tasks::Data& data,
                                     const tasks::Outcome& outcome, const EvaluationOptions& options) {
  const bool wanted = options.shown == Shown::right;
  std::vector<tasks::Verdict> all;
  for (int64_t i = 0; i < data.size(); ++i)
    if (tasks::Verdict verdict = model.task->verdict(data, i, outcome.outputs);
        verdict.right.value_or(wanted) == wanted)
      all.push_back(std::move(verdict));
  std::ranges::stable_sort(all, [&](const tasks::Verdict& a, const tasks::Verdict& b) {
    return wanted && !a.right ? a.degree < b.degree : a.degree > b.degree;
  });
  if (std::ssize(all) > options.examples) all.resize(to_size(options.examples));
  return all;
}

void print_json(const metrics::Measures& measures, const train::References& references, metrics::Interval interval,
                const std::vector<tasks::Verdict>& examples, Shown shown) {
  Json json{{"majority", Json::object()}, {"interval", {interval.low, interval.high}}};
  Json& all = json[shown == Shown::wrong ? "wrong" : "right"] = Json::array();
  for (const tasks::Verdict& example : examples) {
    Json& one = all.push_back({{"place", example.place}, {"text", example.text}});
    one.update(example.facts);
    one[example.scale] = example.degree;
  }
  for (const metrics::Measure& measure : measures) {
    json[measure.name] = measure.value;
    if (const auto majority = majority_of(references, measure.name)) json["majority"][measure.name] = *majority;
  }
  fmt::print("{}\n", json.dump());
}

std::vector<options::Option> said_anew(tasks::Task& task) {
  std::vector<options::Option> to;
  const auto take = [&](const options::Option& option) { to.push_back(option); };
  task.visit_columns(take);
  task.visit_use(take);
  return to;
}

struct EvaluateOptions {
  CommonOptions common;
  UsedModel model;
  std::string data;
  EvaluationOptions evaluation;
  bool better_than_majority = false;

  void visit(const options::Visitor& f) {
    model.visit(f);
    f({"data", &data, "Labelled examples", {.type = "F", .needed = true}});
    f({"errors", &evaluation.examples, "Examples that are shown", {.least = 0}});
    f({"show",
       options::word(&evaluation.shown, {"wrong", "right"}),
       "Which examples are shown",
       {.values = {"wrong", "right"}}});
    f({"better-than-majority", &better_than_majority, "Fail if the model is not better than that"});
    common.visit(f);
    model.visit_said(f);
  }
};

constexpr const char* about_evaluate =
    R"(Measures of the model's task, each beside what always saying the most frequent label gives; the first one with the
interval in which it lies with 95 %; and the most confident mistakes.

Example: bertlet evaluate /tmp/run --data /tmp/data/test.tsv)";

void require_better(const metrics::Measure& own, const train::References& references, const std::string& file) {
  const metrics::Measure majority{own.name, references.at(own.name)[0].second, own.better};
  bertlet::require(is_better(own, majority), "{}: {} is {:.4f}, and knowing only how frequent labels are gives {:.4f}",
                   file, own.name, own.value, majority.value);
}

int run_evaluate(const EvaluateOptions& options) {
  options.common.apply();
  const tasks::FineTuned model = options.model.read();
  const std::unique_ptr<tasks::Data> data = model.read(options.data, tasks::Use::measuring);
  bertlet::require(data->size() > 0 && data->examples.labelled, "{}: got no labelled examples, want some to measure on",
                   options.data);
  Progress progress("measuring", std::ssize(data->items), {1, "examples"}, options.common.quiet || options.common.json);
  const tasks::Outcome outcome = model.outcome(*data, 4096, [&](int64_t done) { progress.at(done); });
  progress.wipe();
  show_evaluation(model, *data, outcome, options.common, options.evaluation);
  if (options.better_than_majority)
    require_better(tasks::measures(model, *data, outcome)[0], references(*model.task, *data), options.data);
  return 0;
}

}  // namespace

void show_evaluation(const tasks::FineTuned& model, const tasks::Data& data, const tasks::Outcome& outcome,
                     const CommonOptions& common, const EvaluationOptions& options) {
  if (common.quiet && !common.json) return;
  const metrics::Measures measures = tasks::measures(model, data, outcome);
  const train::References references = tasks::references(*model.task, data);
  const metrics::Interval interval = interval_of(model, data, outcome);
  const std::vector<tasks::Verdict> examples = verdicts(model, data, outcome, options);
  if (common.json) return print_json(measures, references, interval, examples, options.shown);
  fmt::print("\n{:<22}{:>10}  {:>10}\n", "", "model", "majority");
  for (const metrics::Measure& measure : measures) {
    const std::optional<double> majority = majority_of(references, measure.name);
    fmt::print("{:<22}{:>10.4f}{}", measure.name, measure.value, majority ? fmt::format("  {:>10.4f}", *majority) : "");
    if (measure.name == measures[0].name) fmt::print("  (95 %: {:.4f} to {:.4f})", interval.low, interval.high);
    fmt::print("\n");
  }
  const std::string details = model.task->details(data, outcome.outputs);
  if (!details.empty()) fmt::print("\n{}", details);
  if (!examples.empty()) fmt::print("\n");
  for (const tasks::Verdict& example : examples) fmt::print("{}", line(example));
  fmt::print("\n");
}

void UsedModel::visit(const options::Visitor& f) {
  f({"DIR",
     &directory,
     "A fine-tuned model, its run, or a directory that transformers saved",
     {.needed = true, .by_place = true}});
  f(options::inference_precision(&precision));
}

void UsedModel::visit_said(const options::Visitor& f) {
  for (const std::string& name : tasks::task_names())
    for (const options::Option& option : said_anew(*tasks::make_task(name)))
      if (const auto [place, is_new] = said.emplace(option.name, ""); is_new) {
        const std::string& type = option.limits.type;
        f({option.name, &place->second, option.help, {.type = type.empty() ? "X" : type}});
      }
}

tasks::FineTuned UsedModel::read() const {
  tasks::FineTuned model = tasks::read_fine_tuned(directory, {}, precision);
  const std::vector<options::Option> its = said_anew(*model.task);
  for (const auto& [name, value] : said) {
    if (value.empty()) continue;
    const auto found = std::ranges::find(its, name, &options::Option::name);
    if (found == its.end())
      throw WrongUsage(fmt::format("--{}: a model for {} has no such option", name, model.task->facts().name));
    options::set(*found, value);
  }
  return model;
}

void add_evaluate(const Command& program) {
  const auto options = std::make_shared<EvaluateOptions>();
  Command command = program.add("evaluate", "How good a fine-tuned model is", about_evaluate);
  command.options(*options);
  command.runs([options] { return run_evaluate(*options); });
}

}  // namespace apps
